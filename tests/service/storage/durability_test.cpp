#include "child.hpp"
#include "events.hpp"
#include "full_disk.hpp"
#include "service/storage/sqlite_study.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace evolt {
namespace {

using namespace testing;

TEST_CASE("study: a full queue takes nothing and loses nothing", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.queue_limit = 4;
  options.vfs = FaultyDisk::vfs();
  auto storage = started(home.path(), 0, options);
  FaultyDisk::full = true;
  REQUIRE(storage->append({bred(id(1)), bred(id(2)), bred(id(3))}).ok());
  std::vector<Event> more{bred(id(4)), bred(id(5))};
  const absl::Status refused = storage->append(std::move(more));
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(more.size() == 2);
  CHECK(absl::IsUnavailable(storage->flush()));
  CHECK(storage->health().paused.find("disk is full") != std::string::npos);
  CHECK(storage->health().failed.ok());
  CHECK(absl::IsUnavailable(storage->close()));
  FaultyDisk::full = false;
  REQUIRE(storage->flush().ok());
  CHECK(storage->health().paused.empty());
  REQUIRE(storage->append(std::move(more)).ok());
  REQUIRE(storage->close().ok());
  CHECK(all_of(**open_study(home.path(), quick())).size() == 5);
}

TEST_CASE("study: a disk that breaks for good is reported at the next call", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.vfs = FaultyDisk::vfs();
  auto storage = started(home.path(), 1, options);
  REQUIRE(storage->flush().ok());
  FaultyDisk::broken = true;
  REQUIRE(storage->append({bred(id(9))}).ok());
  CHECK(absl::IsInternal(storage->flush()));
  CHECK(absl::IsInternal(storage->append({bred(id(10))})));
  CHECK(absl::IsInternal(storage->health().failed));
  CHECK(absl::IsInternal(storage->close()));
  FaultyDisk::broken = false;
  std::int64_t count = 0;
  CHECK(replayed(home.path(), &count).ok());
  CHECK(count >= 2);  // the third may have reached the disk or not: nobody was told that it had
  CHECK(count <= 3);
}

TEST_CASE("study: nothing that was durable is missing after SIGKILL", "[storage]") {
  const TemporaryDirectory home;
  std::int64_t known = 0;
  for (int round = 0; round < 8; ++round) {
    Child writer({STORAGE_WRITER, home.path()});
    // Killed at a different moment of its work each time.
    for (int lines = 0; lines < 1 + 3 * round; ++lines) {
      const std::string line = writer.line();
      INFO("the writer said: " << line);
      REQUIRE(std::strtoll(line.c_str(), nullptr, 10) > 0);
      known = std::max<std::int64_t>(known, std::stoll(line));
    }
    const std::string last = writer.kill();
    if (!last.empty()) {
      known = std::max<std::int64_t>(known, std::stoll(last));
    }
    std::int64_t count = 0;
    const absl::Status status = replayed(home.path(), &count);
    INFO(status);
    REQUIRE(status.ok());
    REQUIRE(count >= known);
    known = count;
  }
  auto storage = open_study(home.path(), quick());
  REQUIRE(storage.ok());
  CHECK((*storage)->record().starts == 8);
  CHECK(all_of(**storage).size() == static_cast<std::size_t>(known));
}

TEST_CASE("study: a torn log loses only its end", "[storage]") {
  const TemporaryDirectory home;
  std::int64_t first = 0;
  {
    Child writer({STORAGE_WRITER, home.path()});
    first = std::stoll(writer.line());
    REQUIRE_FALSE(writer.line().empty());
    writer.kill();
  }
  const std::string log = database_path(home.path()) + "-wal";
  const auto size = std::filesystem::file_size(log);
  const auto keep = GENERATE(0.0, 0.3, 0.77, 0.999);
  std::filesystem::resize_file(log, static_cast<std::uintmax_t>(keep * static_cast<double>(size)));
  std::int64_t count = 0;
  const absl::Status status = replayed(home.path(), &count);
  INFO(status);
  CHECK((status.ok() || absl::IsNotFound(status)));
  if (keep > 0.99) {
    CHECK(count >= first);  // only the last commit is torn
  }
  CHECK(open_study(home.path(), quick()).ok());
}

/// A study of four rows with ten events each.
void write_four_rows(const std::string& directory) {
  auto storage = started(directory, 0);
  for (std::uint64_t row = 0; row < 4; ++row) {
    std::vector<Event> events;
    for (std::uint64_t i = 1; i <= 5; ++i) {
      const TrialId trial = id(5 * row + i);
      events.push_back(bred(trial));
      events.push_back(finished(trial, {1.0}));
    }
    REQUIRE(storage->append(std::move(events)).ok());
    REQUIRE(storage->flush().ok());
  }
  REQUIRE(storage->close().ok());
}

TEST_CASE("study: damage is named, not believed", "[storage]") {
  const TemporaryDirectory home;
  write_four_rows(home.path());
  const auto [sql, words] = GENERATE(table<const char*, const char*>(
      {{"UPDATE journal SET body = x'ff00ff' WHERE first = 11", "events 11 to 20 of the study are"},
       {"UPDATE journal SET body = zeroblob(length(body)) WHERE first = 11", "checksum"},
       {"UPDATE journal SET body = substr(body, 1, length(body) - 1) WHERE first = 11", "checksum"},
       {"UPDATE journal SET checksum = checksum + 1 WHERE first = 11", "checksum"},
       {"UPDATE journal SET body = (SELECT body FROM journal WHERE first = 1), checksum = "
        "(SELECT checksum FROM journal WHERE first = 1) WHERE first = 11",
        "checksum"},
       {"UPDATE journal SET events = 9 WHERE first = 11", "the row holds 10"},
       {"DELETE FROM journal WHERE first = 11", "events 11 to 20 of the study are damaged: no row"},
       {"DELETE FROM journal WHERE first = 31", "it has 30 events, but recorded 40"},
       {"INSERT INTO journal SELECT first + 3, events, body, checksum FROM journal WHERE first = 1",
        "events 4 to 10 of the study are damaged: another row"},
       {"UPDATE meta SET value = '{}' WHERE key = 'study'", "stored study is damaged"},
       {"INSERT INTO incarnations SELECT number + 5, started, seconds, events, host, pid, version "
        "FROM incarnations",
        "starts are missing"}}));
  alter(home.path(), sql);
  const absl::Status status = replayed(home.path());
  INFO(sql << ": " << status);
  CHECK(absl::IsDataLoss(status));
  CHECK(status.message().find(words) != std::string_view::npos);
}

TEST_CASE("study: flipped bits give a named error or the same answer", "[storage]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path(), 60)->close().ok());
  const std::string path = database_path(home.path());
  std::string bytes;
  {
    std::ifstream file(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::uint64_t random = 42;
  int seen = 0;
  for (int i = 0; i < 150; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    std::string broken = bytes;
    const std::size_t at = static_cast<std::size_t>(random >> 33U) % broken.size();
    broken[at] = static_cast<char>(broken[at] ^ (1 << ((random >> 20U) & 7U)));
    std::ofstream(path, std::ios::binary) << broken;
    std::int64_t count = 0;
    const absl::Status status = replayed(home.path(), &count);
    INFO("byte " << at << ": " << status << ", " << count << " events");
    if (status.ok()) {
      CHECK(count == 120);
    } else {
      CHECK(status.message().size() > 10);
      ++seen;
    }
  }
  CHECK(seen > 20);
}

TEST_CASE("study: a newer format is refused with both versions named", "[storage]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path(), 1)->close().ok());
  alter(home.path(),
        "PRAGMA user_version = 7; UPDATE meta SET value = 'evolt 9.1' "
        "WHERE key = 'written_by'");
  for (const absl::Status& status :
       {open_study(home.path(), quick()).status(), read_study_file(home.path()).status()}) {
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(status.message().find("format 7, written by evolt 9.1") != std::string_view::npos);
    CHECK(status.message().find("up to format 2") != std::string_view::npos);
  }
}

TEST_CASE("study: a foreign file is left alone", "[storage]") {
  const TemporaryDirectory home;
  SECTION("no database") {
    std::ofstream(database_path(home.path())) << std::string(5000, 'x');
    CHECK(absl::IsDataLoss(open_study(home.path(), quick()).status()));
    CHECK(absl::IsDataLoss(read_study_file(home.path()).status()));
    CHECK(std::filesystem::file_size(database_path(home.path())) == 5000);
  }
  SECTION("another program's database") {
    alter(home.path(), "CREATE TABLE t(x)");
    CHECK(absl::IsDataLoss(open_study(home.path(), quick()).status()));
    CHECK(absl::IsDataLoss(read_study_file(home.path()).status()));
  }
  SECTION("a file where the directory should be") {
    std::ofstream(home / "file") << "x";
    CHECK_FALSE(open_study(home / "file", quick()).ok());
    CHECK_FALSE(open_study(home / "file/below", quick()).ok());
  }
}

}  // namespace
}  // namespace evolt
