#include "service/storage/file_system.hpp"

#include "fake_file_system.hpp"
#include "service/storage/sqlite_study.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace evolt {
namespace {

using namespace testing;

bool says(const absl::Status& status, std::string_view words) {
  return std::string(status.message()).find(words) != std::string_view::npos;
}

TEST_CASE("file system: networks are known by their magic", "[storage]") {
  CHECK(network_file_system(0x6969) == "NFS");
  CHECK(network_file_system(0x0BD00BD0) == "Lustre");
  CHECK(network_file_system(0xFF534D42) == "SMB");
  CHECK(network_file_system(static_cast<std::int32_t>(0xFF534D42U)) == "SMB");
  CHECK(network_file_system(0xEF53).empty());
  CHECK(network_file_system(-1).empty());
}

TEST_CASE("file system: mounts are found by their device", "[storage]") {
  constexpr std::string_view kMounts =
      "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
      "51 22 0:45 / /home rw,relatime shared:29 master:3 - nfs4 srv:/home rw,local_lock=none\n"
      "broken\n"
      "52 22 0:46 / /scratch rw - lustre 10.0.0.1@o2ib:/scratch rw,localflock\n";
  CHECK(mount_options_in(kMounts, "254:1") == "rw,errors=remount-ro");
  CHECK(mount_options_in(kMounts, "0:45") == "rw,local_lock=none");
  CHECK(mount_options_in(kMounts, "0:46") == "rw,localflock");
  CHECK(mount_options_in(kMounts, "0:4").empty());
  CHECK(mount_options_in("", "0:45").empty());
}

TEST_CASE("file system: this disk passes, a place that cannot be written does not", "[storage]") {
  const TemporaryDirectory home;
  FakeFileSystem disk;
  CHECK(check_file_system(home.path(), disk).ok());
  CHECK(disk.locks_asked == 2);
  CHECK(check_replacing(home.path(), disk).ok());
  CHECK(std::filesystem::is_empty(home.path()));
  const absl::Status missing = check_file_system(home / "missing", disk);
  CHECK(absl::IsFailedPrecondition(missing));
  CHECK(says(missing, "No such file"));
  CHECK(machine_file_system().magic(home / "missing") == -1);
  CHECK(machine_file_system().magic(home.path()) > 0);
}

TEST_CASE("file system: local disks are believed without a test", "[storage]") {
  const TemporaryDirectory home;
  FakeFileSystem disk;
  disk.kind = 0xEF53;
  disk.grants_all_locks = true;
  CHECK(check_file_system(home.path(), disk).ok());
  CHECK(disk.locks_asked == 0);
}

TEST_CASE("file system: what fails is said, with what to do", "[storage]") {
  const TemporaryDirectory home;
  FakeFileSystem disk;
  const auto refused = [&](std::string_view words) {
    const absl::Status status = check_file_system(home.path(), disk);
    INFO(status);
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(says(status, home.path() + " is on NFS and "));
    CHECK(says(status, words));
    CHECK(says(status, "--db-dir"));
    CHECK(std::filesystem::is_empty(home.path()));
  };
  SECTION("two locks at once") {
    disk.grants_all_locks = true;
    refused("failed the lock self-test (two locks were granted at once)");
  }
  SECTION("no lock for anybody") {
    disk.refuses_locks = true;
    refused("a lock that nobody holds was refused");
  }
  SECTION("no locks at all") {
    disk.has_no_locks = true;
    refused("Function not implemented");
  }
  SECTION("no flush") {
    disk.cannot_sync = true;
    refused("cannot flush a file");
  }
  SECTION("locks of one host") {
    disk.options = GENERATE("rw,nolock", "rw,vers=3,local_lock=all", "local_lock=posix,rw");
    refused("locks hold on one host only");
    CHECK(disk.locks_asked == 0);
  }
}

TEST_CASE("file system: a mirror needs files that replace others", "[storage]") {
  const TemporaryDirectory home;
  FakeFileSystem disk;
  disk.has_no_locks = true;
  CHECK(check_replacing(home.path(), disk).ok());
  const auto refused = [&](std::string_view words) {
    const absl::Status status = check_replacing(home.path(), disk);
    INFO(status);
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(says(status, words));
    CHECK(says(status, "--dir"));
    CHECK(std::filesystem::is_empty(home.path()));
  };
  SECTION("rename fails") {
    disk.cannot_rename = true;
    refused("cannot rename");
  }
  SECTION("rename does nothing") {
    disk.copies_nothing = true;
    refused("did not replace");
  }
  SECTION("no flush") {
    disk.cannot_sync = true;
    refused("cannot flush");
  }
}

TEST_CASE("study: a network file system without locks is refused, one with them is taken",
          "[storage]") {
  const TemporaryDirectory home;
  FakeFileSystem disk;
  StudyOptions options = quick();
  options.files = &disk;
  disk.grants_all_locks = true;
  const absl::Status refused = open_study(home.path(), options).status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(says(refused, "NFS"));
  CHECK_FALSE(std::filesystem::exists(database_path(home.path())));
  disk.grants_all_locks = false;
  CHECK(open_study(home.path(), options).ok());
}

}  // namespace
}  // namespace evolt
