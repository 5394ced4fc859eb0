#include "service/run/rank_files.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace evolt;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "evolt-rank-files-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

}  // namespace

TEST_CASE("rank files: each rank can be found, and the dead are known by their notes",
          "[service]") {
  const Folder folder;
  const RankFiles files(RankFiles::directory_of(folder.path));
  CHECK(files.directory() == folder.path + "/run");
  files.clear();
  files.write_pid(3);
  std::ifstream pid(folder.path + "/run/rank-3.pid");
  pid_t written = 0;
  pid >> written;
  CHECK(written == getpid());
  CHECK(files.deaths().empty());
  files.note_death(3, "killed by signal 9");
  files.note_death(12, "ended with code 1");
  std::ofstream(folder.path + "/run/rank-x.lost") << "nonsense";
  auto deaths = files.deaths();
  REQUIRE(deaths.size() == 2);
  const Death& third = deaths[0].rank == RankId{3} ? deaths[0] : deaths[1];
  CHECK(third.rank == RankId{3});
  CHECK(third.reason == "killed by signal 9");
  files.remove_pid(3);
  CHECK_FALSE(fs::exists(folder.path + "/run/rank-3.pid"));
  files.clear();
  CHECK(files.deaths().empty());
  files.remove_all();
  CHECK_FALSE(fs::exists(folder.path + "/run"));
}

TEST_CASE("rank files: a folder that cannot be is no failure", "[service]") {
  const RankFiles files("/proc/nowhere/run");
  files.clear();
  files.write_pid(0);
  files.note_death(1, "?");
  CHECK(files.deaths().empty());
  files.remove_pid(0);
}
