#include "service/storage/file_packer.hpp"

#include "as_nobody.hpp"
#include "events.hpp"
#include "full_disk.hpp"
#include "service/storage/files_database.hpp"
#include "service/storage/packed_files.hpp"
#include "service/storage/study_paths.hpp"
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

constexpr Seconds kPatience{30};  // never waited for

FilePackerOptions options_of(const TemporaryDirectory& home) {
  FilePackerOptions options;
  options.directory = home.path();
  options.study_folder = home.path();
  return options;
}

std::string folder(const TemporaryDirectory& home, std::uint64_t trial) {
  return trial_folder(home.path(), id(trial));
}

void leave_files(const TemporaryDirectory& home, std::uint64_t trial) {
  write_text(folder(home, trial) + "/attempt-1/params.json", "{\"lr\":0.1}");
  write_text(folder(home, trial) + "/attempt-1/log", "epoch 1\n");
}

TEST_CASE("file packer: what ended is packed and gone from the disk", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  leave_files(home, 2);
  FilePacker packer(options_of(home), {});
  packer.ended({id(1)});
  packer.close(kPatience);
  CHECK(packer.complaint().empty());
  CHECK_FALSE(fs::exists(folder(home, 1)));
  CHECK(words_of(*list_trial_files(home.path(), id(1))) ==
        Names{"attempt-1/log packed", "attempt-1/params.json packed"});
  CHECK(*read_packed_file(home.path(), id(1), "attempt-1/log") == "epoch 1\n");
  CHECK(words_of(*list_trial_files(home.path(), id(2))) ==
        Names{"attempt-1/log disk", "attempt-1/params.json disk"});
}

TEST_CASE("file packer: a crash between commit and removal loses and doubles nothing",
          "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  {
    auto files = detail::FilesDatabase::open(files_path(home.path()), {});
    REQUIRE(files.ok());
    const detail::TrialPack pack{id(1), read_small_files(folder(home, 1)).files};
    REQUIRE(files->put(std::span(&pack, 1)).ok());
  }  // and nothing was removed
  CHECK(words_of(*list_trial_files(home.path(), id(1))) ==
        Names{"attempt-1/log disk", "attempt-1/params.json disk"});
  FilePacker packer(options_of(home), {{id(1)}});  // the next start
  packer.close(kPatience);
  CHECK_FALSE(fs::exists(folder(home, 1)));
  CHECK(words_of(*list_trial_files(home.path(), id(1))) ==
        Names{"attempt-1/log packed", "attempt-1/params.json packed"});
  CHECK(*read_packed_file(home.path(), id(1), "attempt-1/params.json") == "{\"lr\":0.1}");
}

TEST_CASE("file packer: a full disk leaves the files, is said once, and passes", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  leave_files(home, 2);
  FilePackerOptions options = options_of(home);
  options.vfs = FaultyDisk::vfs();
  FaultyDisk::full = true;
  {
    FilePacker packer(options, {});
    packer.ended({id(1)});
    packer.ended({id(2)});
    packer.close(kPatience);
    const std::string complaint = packer.complaint();
    INFO(complaint);
    CHECK(complaint.find("warning: the small files of trials stay as they are for the time "
                         "being: ") == 0);
    CHECK(complaint.find("full") != std::string::npos);
    CHECK(complaint.find('\n') == std::string::npos);
    CHECK(packer.complaint().empty());
  }
  FaultyDisk::full = false;
  CHECK(text_of(folder(home, 1) + "/attempt-1/log") == "epoch 1\n");
  CHECK(text_of(folder(home, 2) + "/attempt-1/log") == "epoch 1\n");
  FilePacker packer(options, {{id(1)}, {id(2)}});
  packer.close(kPatience);
  CHECK_FALSE(fs::exists(folder(home, 1)));
  CHECK(list_trial_files(home.path(), id(2))->size() == 2);
}

TEST_CASE("file packer: beside a damaged files.db everything stays as it is", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  write_text(files_path(home.path()), std::string(8192, '?'));
  FilePacker packer(options_of(home), {});
  packer.ended({id(1)});
  packer.close(kPatience);
  const std::string complaint = packer.complaint();
  INFO(complaint);
  CHECK(complaint.find("warning: the small files of trials stay as they are: " +
                       files_path(home.path())) == 0);
  CHECK(text_of(folder(home, 1) + "/attempt-1/log") == "epoch 1\n");
  CHECK(text_of(files_path(home.path())) == std::string(8192, '?'));
}

TEST_CASE("file packer: a file that cannot be read stays, the others are packed", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  ::chmod((folder(home, 1) + "/attempt-1/log").c_str(), 0);
  const AsNobody nobody(home.path());
  REQUIRE(nobody);
  FilePacker packer(options_of(home), {});
  packer.ended({id(1)});
  packer.close(kPatience);
  CHECK(packer.complaint() == "warning: a small file of a trial stays as it is: cannot read " +
                                  folder(home, 1) + "/attempt-1/log: Permission denied");
  CHECK(words_of(*list_trial_files(home.path(), id(1))) ==
        Names{"attempt-1/log disk", "attempt-1/params.json packed"});
}

TEST_CASE("file packer: a trial without files, or whose folder vanished, is no mistake",
          "[storage]") {
  const TemporaryDirectory home;
  FilePacker packer(options_of(home), {{id(3)}});
  packer.ended({id(1)});
  packer.close(kPatience);
  CHECK(packer.complaint().empty());
  CHECK_FALSE(fs::exists(files_path(home.path())));
}

TEST_CASE("file packer: a trial with a lost attempt waits until nothing can write", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  leave_files(home, 2);
  FilePackerOptions options = options_of(home);
  options.settle_lost = Seconds{GENERATE(0.0, 3600.0)};
  FilePacker packer(options, {});
  packer.ended({.trial = id(1), .lost_attempts = true});
  packer.ended({id(2)});
  packer.close(kPatience);
  CHECK(fs::exists(folder(home, 1)) == (options.settle_lost.value > 0));
  CHECK_FALSE(fs::exists(folder(home, 2)));
}

TEST_CASE("file packer: many trials take several commits, and all are packed", "[storage]") {
  const TemporaryDirectory home;
  FilePackerOptions options = options_of(home);
  options.batch_bytes = 40;  // about two trials
  std::vector<EndedTrial> before;
  for (std::uint64_t trial = 1; trial <= 9; ++trial) {
    leave_files(home, trial);
    before.push_back({id(trial)});
  }
  FilePacker packer(options, before);
  packer.close(kPatience);
  CHECK(fs::is_empty(home / "trials"));
  for (std::uint64_t trial = 1; trial <= 9; ++trial) {
    CHECK(list_trial_files(home.path(), id(trial))->size() == 2);
  }
}

TEST_CASE("file packer: without time left nothing is begun", "[storage]") {
  const TemporaryDirectory home;
  leave_files(home, 1);
  FilePacker packer(options_of(home), {});
  packer.ended({id(1)});
  packer.close(Seconds{0});
  CHECK(text_of(folder(home, 1) + "/attempt-1/log") == "epoch 1\n");
}

}  // namespace
}  // namespace evolt
