#include "service/storage/trial_folder.hpp"

#include "as_nobody.hpp"
#include "temporary_directory.hpp"
#include "trial_files.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace evolt {
namespace {

using namespace testing;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

TEST_CASE("trial folder: small files are read, with those of folders below", "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "attempt-1/params.json", "{}");
  write_text(home / "attempt-1/work/deep/result.json", std::string("\0x", 2));
  write_text(home / "attempt-2/log", "");
  const SmallFiles small = read_small_files(home.path());
  CHECK(names_of(small.files) ==
        Names{"attempt-1/params.json", "attempt-1/work/deep/result.json", "attempt-2/log"});
  CHECK(small.files[1].bytes == std::string("\0x", 2));
  CHECK(small.unread.empty());
  CHECK(read_small_files(home / "missing").files.empty());
}

TEST_CASE("trial folder: checkpoints, links and what is no plain file stay", "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "attempt-1/checkpoint/model", "weights");
  write_text(home / "attempt-1/checkpoint/deep/state", "more");
  write_text(home / "attempt-1/twice", "two names");
  fs::create_hard_link(home / "attempt-1/twice", home / "elsewhere");
  fs::create_symlink("params.json", home / "attempt-1/link");
  fs::create_directory_symlink(home / "attempt-1/checkpoint", home / "attempt-1/latest");
  REQUIRE(::mkfifo((home / "attempt-1/pipe").c_str(), 0600) == 0);
  write_text(home / "attempt-1/params.json", "{}");
  const SmallFiles small = read_small_files(home.path());
  CHECK(names_of(small.files) == Names{"attempt-1/params.json"});
  remove_small_files(home.path(), small.files, home.path());
  CHECK(text_of(home / "attempt-1/checkpoint/model") == "weights");
  CHECK(fs::is_symlink(home / "attempt-1/link"));
  CHECK(fs::exists(home / "attempt-1/pipe"));
}

TEST_CASE("trial folder: the sizes have limits, and the smallest come first", "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "a", std::string(65, 'a'));
  write_text(home / "b", std::string(64, 'b'));
  write_text(home / "c", std::string(64, 'c'));
  write_text(home / "d", std::string(30, 'd'));
  CHECK(names_of(read_small_files(home.path(), {.file = 64, .trial = 100}).files) ==
        Names{"b", "d"});
  CHECK(names_of(read_small_files(home.path(), {.file = 64, .trial = 158}).files) ==
        Names{"b", "c", "d"});
  CHECK(read_small_files(home.path(), {.entries = 2}).files.size() == 2);
}

TEST_CASE("trial folder: a file that cannot be read is named and the others are not kept from it",
          "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "secret", "s");
  write_text(home / "open", "o");
  ::chmod((home / "secret").c_str(), 0);
  const AsNobody nobody(home.path());
  REQUIRE(nobody);
  const SmallFiles small = read_small_files(home.path());
  CHECK(names_of(small.files) == Names{"open"});
  REQUIRE(small.unread.size() == 1);
  CHECK(small.unread[0] == "cannot read " + (home / "secret") + ": Permission denied");
}

TEST_CASE("trial folder: what changed since it was read stays, what vanished is no mistake",
          "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "trial/attempt-1/log", "one line\n");
  write_text(home / "trial/attempt-1/gone", "soon");
  write_text(home / "trial/attempt-1/params.json", "{}");
  const SmallFiles small = read_small_files(home / "trial");
  write_text(home / "trial/attempt-1/log", "one line\nand another\n");
  fs::remove(home / "trial/attempt-1/gone");
  remove_small_files(home / "trial", small.files, home.path());
  CHECK(text_of(home / "trial/attempt-1/log") == "one line\nand another\n");
  CHECK(words_of(files_on_disk(home / "trial")) == Names{"attempt-1/log disk"});
}

TEST_CASE("trial folder: empty folders go, with links that evolt made in work", "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "study/train.py", "");
  write_text(home / "trial/attempt-1/work/result.json", "{}");
  write_text(home / "trial/attempt-2/work/result.json", "{}");
  fs::create_directories(home / "trial/attempt-1/checkpoint");
  fs::create_symlink(home / "study/train.py", home / "trial/attempt-1/work/train.py");
  fs::create_symlink(home / "study/train.py", home / "trial/attempt-2/work/train.py");
  fs::create_symlink("result.json", home / "trial/attempt-2/work/latest");
  remove_small_files(home / "trial", read_small_files(home / "trial").files, home / "study");
  CHECK_FALSE(fs::exists(home / "trial/attempt-1"));
  CHECK(fs::is_symlink(home / "trial/attempt-2/work/latest"));  // the trainer's own
  CHECK(fs::is_symlink(home / "trial/attempt-2/work/train.py"));
  CHECK(fs::exists(home / "study/train.py"));
  fs::remove(home / "trial/attempt-2/work/latest");
  remove_small_files(home / "trial", {}, home / "study");
  CHECK_FALSE(fs::exists(home / "trial"));
}

TEST_CASE("trial folder: a folder that is empty but for checkpoints stays", "[storage]") {
  const TemporaryDirectory home;
  write_text(home / "trial/attempt-1/params.json", "{}");
  write_text(home / "trial/attempt-1/checkpoint/model", "weights");
  remove_small_files(home / "trial", read_small_files(home / "trial").files, home.path());
  CHECK(words_of(files_on_disk(home / "trial")) == Names{"attempt-1/checkpoint/model disk"});
}

}  // namespace
}  // namespace evolt
