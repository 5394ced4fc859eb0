#include "service/storage/files_database.hpp"

#include "events.hpp"
#include "full_disk.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/packed_files.hpp"
#include "service/storage/study_paths.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"
#include "trial_files.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <filesystem>

namespace evolt {
namespace {

using namespace testing;
using detail::Database;
using detail::FilesDatabase;
using detail::TrialPack;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

TrialPack pack(std::uint64_t trial, Names names, const std::string& content = "content") {
  TrialPack made{.trial = id(trial), .files = {}};
  for (const std::string& name : names) {
    made.files.push_back(
        {.name = name, .bytes = content, .stamp = {.modified = 1'500'000'000'500'000'000}});
  }
  return made;
}

FilesDatabase opened(const std::string& directory, FilesDatabase::How how = {}) {
  auto files = FilesDatabase::open(files_path(directory), how);
  REQUIRE(files.ok());
  return *std::move(files);
}

void put(const std::string& directory, const TrialPack& what) {
  REQUIRE(opened(directory).put(std::span(&what, 1)).ok());
}

/// Changes `files.db` behind everybody's back.
void damage(const std::string& directory, const char* sql) {
  auto database = Database::open(files_path(directory), SQLITE_OPEN_READWRITE);
  REQUIRE(database.ok());
  REQUIRE(database->run(sql).ok());
}

TEST_CASE("files.db: gives back what it took, byte for byte", "[storage]") {
  const TemporaryDirectory home;
  const std::string content = GENERATE(std::string(), std::string("short"),
                                       std::string("\0\xff", 2), std::string(60'000, 'a'));
  put(home.path(), pack(7, {"attempt-1/log"}, content));
  put(home.path(), pack(8, {"attempt-1/log"}, "another's"));
  CHECK(*read_packed_file(home.path(), id(7), "attempt-1/log") == content);
  const auto listed = list_trial_files(home.path(), id(7));
  REQUIRE(listed.ok());
  CHECK(*listed ==
        std::vector<TrialFileEntry>{
            {"attempt-1/log", static_cast<std::int64_t>(content.size()), {1'500'000'000.5}, true}});
  CHECK(mode_of(files_path(home.path())) == 0600);
}

TEST_CASE("files.db: text is kept compressed", "[storage]") {
  const TemporaryDirectory home;
  put(home.path(), pack(1, {"log"}, std::string(60'000, 'a')));
  CHECK(fs::file_size(files_path(home.path())) < 30'000);
}

TEST_CASE("files.db: a file has one content, the last", "[storage]") {
  const TemporaryDirectory home;
  put(home.path(), pack(1, {"a", "b"}, "old"));
  put(home.path(), pack(1, {"b"}, "new"));
  CHECK(words_of(*list_trial_files(home.path(), id(1))) == Names{"a packed", "b packed"});
  CHECK(*read_packed_file(home.path(), id(1), "a") == "old");
  CHECK(*read_packed_file(home.path(), id(1), "b") == "new");
}

TEST_CASE("files.db: while a file is packed and on disk, it is listed once", "[storage]") {
  const TemporaryDirectory home;
  write_text(trial_folder(home.path(), id(1)) + "/a", "disk");
  put(home.path(), pack(1, {"a", "b"}));
  CHECK(words_of(*list_trial_files(home.path(), id(1))) == Names{"a disk", "b packed"});
}

TEST_CASE("files.db: without one there are the files on disk", "[storage]") {
  const TemporaryDirectory home;
  write_text(trial_folder(home.path(), id(1)) + "/a", "disk");
  CHECK(words_of(*list_trial_files(home.path(), id(1))) == Names{"a disk"});
  CHECK(list_trial_files(home.path(), id(2))->empty());
  CHECK(absl::IsNotFound(read_packed_file(home.path(), id(1), "a").status()));
  CHECK_FALSE(fs::exists(files_path(home.path())));
}

TEST_CASE("files.db: on a full disk all of a commit is refused, and what was there stays",
          "[storage]") {
  const TemporaryDirectory home;
  put(home.path(), pack(1, {"a"}));
  FilesDatabase files = opened(home.path(), {.vfs = FaultyDisk::vfs()});
  const std::vector<TrialPack> packs{pack(2, {"b"}, std::string(100, 'b')), pack(3, {"c"})};
  FaultyDisk::full = true;
  CHECK(absl::IsResourceExhausted(files.put(packs)));
  FaultyDisk::full = false;
  CHECK(list_trial_files(home.path(), id(2))->empty());
  CHECK(*read_packed_file(home.path(), id(1), "a") == "content");
  REQUIRE(files.put(packs).ok());
  CHECK(*read_packed_file(home.path(), id(3), "c") == "content");
}

TEST_CASE("files.db: damage is an error that names the file", "[storage]") {
  const TemporaryDirectory home;
  put(home.path(), pack(1, {"log", "other"}, std::string(10'000, 'x')));
  SECTION("of a row") {
    damage(home.path(), "UPDATE files SET body = x'00' WHERE name = 'log'");
    const auto content = read_packed_file(home.path(), id(1), "log");
    CHECK(absl::IsDataLoss(content.status()));
    CHECK(std::string(content.status().message()) ==
          files_path(home.path()) + ": log of trial 1.0.1 is damaged");
    CHECK(read_packed_file(home.path(), id(1), "other").ok());
  }
  SECTION("of a row that pretends to be huge") {
    damage(home.path(), "UPDATE files SET size = 1e15 WHERE name = 'log'");
    CHECK(absl::IsDataLoss(read_packed_file(home.path(), id(1), "log").status()));
  }
  SECTION("of whose row it is") {
    damage(home.path(), "UPDATE files SET trial = '1.0.2'");
    CHECK(absl::IsDataLoss(read_packed_file(home.path(), id(2), "log").status()));
  }
  SECTION("of the whole file") {
    write_text(files_path(home.path()), std::string(8192, '?'));
    for (const absl::Status& status : {list_trial_files(home.path(), id(1)).status(),
                                       read_packed_file(home.path(), id(1), "log").status(),
                                       FilesDatabase::open(files_path(home.path()), {}).status()}) {
      CHECK(absl::IsDataLoss(status));
      CHECK(std::string(status.message()).find(files_path(home.path())) == 0);
    }
  }
  SECTION("when it is another database") {
    fs::remove(files_path(home.path()));
    put(home.path(), pack(1, {"log"}));
    damage(home.path(), "DROP TABLE files");
    CHECK(absl::IsDataLoss(list_trial_files(home.path(), id(1)).status()));
  }
  SECTION("and a newer format is no damage") {
    damage(home.path(), "PRAGMA user_version = 9");
    CHECK(absl::IsFailedPrecondition(list_trial_files(home.path(), id(1)).status()));
    CHECK(absl::IsFailedPrecondition(FilesDatabase::open(files_path(home.path()), {}).status()));
  }
}

TEST_CASE("files.db: what a killed writer left half done is undone by the next look", "[storage]") {
  const TemporaryDirectory home;
  put(home.path(), pack(1, {"a"}, "whole"));
  const TemporaryDirectory dead;
  {
    // The state of the disk in the middle of a commit: pages written, the journal still there.
    auto database = Database::open(files_path(home.path()), SQLITE_OPEN_READWRITE);
    REQUIRE(database
                ->run("PRAGMA cache_spill = 1; PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                      "UPDATE files SET body = zeroblob(200000), checksum = 0;"
                      "INSERT INTO files SELECT '1.0.9', 'x', 1, 1, 0, zeroblob(200000), 1")
                .ok());
    REQUIRE(fs::exists(files_path(home.path()) + "-journal"));
    fs::copy(files_path(home.path()), files_path(dead.path()));
    fs::copy(files_path(home.path()) + "-journal", files_path(dead.path()) + "-journal");
    REQUIRE(database->run("ROLLBACK").ok());
  }
  SECTION("when nobody serves the study") {
    CHECK(*read_packed_file(dead.path(), id(1), "a") == "whole");
    CHECK(list_trial_files(dead.path(), id(9))->empty());
  }
  SECTION("but not while somebody may be writing") {
    REQUIRE(write_owner(dead.path(), this_owner({1.0})).ok());
    const auto content = read_packed_file(dead.path(), id(1), "a", Seconds{0.01});
    CHECK(absl::IsUnavailable(content.status()));
    CHECK(fs::exists(files_path(dead.path()) + "-journal"));
  }
  SECTION("by the next start") {
    put(dead.path(), pack(2, {"b"}));
    CHECK(*read_packed_file(dead.path(), id(1), "a") == "whole");
  }
}

TEST_CASE("files.db: works where the file system has no locks", "[storage]") {
  const TemporaryDirectory home;
  write_text(mirror_path(home.path()), "the database lies elsewhere");
  FilesDatabase files = opened(home.path(), {.locks = false, .vfs = {}});
  const TrialPack made = pack(1, {"a"});
  REQUIRE(files.put(std::span(&made, 1)).ok());
  CHECK(*read_packed_file(home.path(), id(1), "a") == "content");
}

}  // namespace
}  // namespace evolt
