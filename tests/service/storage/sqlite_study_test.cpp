#include "service/storage/sqlite_study.hpp"

#include "child.hpp"
#include "events.hpp"
#include "full_disk.hpp"
#include "service/storage/owner_file.hpp"
#include "service/storage/study_paths.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <thread>

namespace evolt {
namespace {

using namespace testing;

StudyOptions quick() {
  StudyOptions options;
  options.retry = {0.01};
  options.lock_wait = {0.2};
  options.snapshot_every = {0};
  return options;
}

std::vector<StoredEvent> all_of(Storage& storage) {
  std::vector<StoredEvent> events;
  REQUIRE(storage
              .replay([&](const StoredEvent& stored) {
                events.push_back(stored);
                return absl::OkStatus();
              })
              .ok());
  return events;
}

absl::Status replayed(const std::string& directory, std::int64_t* count = nullptr) {
  auto reader = read_study_file(directory);
  if (!reader.ok()) {
    return reader.status();
  }
  return (*reader)->replay([&](const StoredEvent&) {
    if (count != nullptr) {
      ++*count;
    }
    return absl::OkStatus();
  });
}

/// Opens, begins, and writes `trials` finished trials.
std::unique_ptr<Storage> started(const std::string& directory, std::uint64_t trials,
                                 StudyOptions options = quick()) {
  auto storage = open_study(directory, std::move(options));
  REQUIRE(storage.ok());
  const auto incarnation = (*storage)->begin(R"({"name":"s"})");
  REQUIRE(incarnation.ok());
  for (std::uint64_t i = 1; i <= trials; ++i) {
    const TrialId trial = id(i, 0, *incarnation);
    REQUIRE((*storage)->append({bred(trial), finished(trial, {1.0})}).ok());
  }
  return *std::move(storage);
}

void alter(const std::string& directory, const std::string& sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(database_path(directory).c_str(), &connection) == SQLITE_OK);
  REQUIRE(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
}

mode_t mode_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

TEST_CASE("study: a new one is private, empty and numbered from one", "[storage]") {
  const TemporaryDirectory home;
  const std::string directory = home / "deep/study";
  auto storage = open_study(directory, quick());
  REQUIRE(storage.ok());
  CHECK((*storage)->record().study.empty());
  CHECK((*storage)->record().starts == 0);
  CHECK(*(*storage)->begin("{}") == 1);
  REQUIRE((*storage)->append({bred(id(1))}).ok());
  REQUIRE((*storage)->flush().ok());
  CHECK(mode_of(directory) == 0700);
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    INFO(file.path());
    CHECK(mode_of(file.path().string()) == 0600);
  }
}

TEST_CASE("study: what was appended is there again, with its numbers", "[storage]") {
  const TemporaryDirectory home;
  const std::vector<Event> events{leased(id(7)),
                                  bred(id(7)),
                                  bred(id(2, 3), {{"act", std::string("relu")}}),
                                  measured(id(7), 1, {{"loss", 0.5}}),
                                  bred(id(7)),
                                  migrated(id(2, 3), 0, 1, 1),
                                  lost(id(7))};
  {
    auto storage = open_study(home.path(), quick());
    REQUIRE(*(*storage)->begin(R"({"name":"digits"})") == 1);
    REQUIRE((*storage)->append(std::vector<Event>(events)).ok());
    REQUIRE((*storage)->close().ok());
    CHECK((*storage)->close().ok());
  }
  auto storage = open_study(home.path(), quick());
  REQUIRE(storage.ok());
  CHECK((*storage)->record().study == R"({"name":"digits"})");
  CHECK((*storage)->record().starts == 1);
  CHECK((*storage)->record().events == 7);
  CHECK((*storage)->record().trials == 2);
  const std::vector<StoredEvent> stored = all_of(**storage);
  REQUIRE(stored.size() == events.size());
  const std::vector<std::int64_t> numbers{0, 1, 2, 1, 1, 2, 1};
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(stored[i].sequence == static_cast<std::int64_t>(i) + 1);
    CHECK(stored[i].event == events[i]);
    CHECK(stored[i].number == numbers[i]);
  }
  CHECK(*(*storage)->begin("{}") == 2);
  REQUIRE((*storage)->append({bred(id(1, 0, 2))}).ok());
  REQUIRE((*storage)->close().ok());
  CHECK(all_of(**open_study(home.path(), quick())).back().number == 3);
}

TEST_CASE("study: a clean close leaves one file", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.snapshot_every = {0.001};
  auto storage = started(home.path(), 3, options);
  CHECK(read_owner(home.path())->pid == ::getpid());
  REQUIRE(storage->close().ok());
  std::vector<std::string> left;
  for (const auto& file : std::filesystem::directory_iterator(home.path())) {
    left.push_back(file.path().filename().string());
  }
  CHECK(left == std::vector<std::string>{"study.db"});
}

TEST_CASE("study: says when all is on disk", "[storage]") {
  const TemporaryDirectory home;
  std::mutex mutex;
  std::condition_variable news;
  std::int64_t durable = 0;
  StudyOptions options = quick();
  options.on_durable = [&](std::int64_t sequence) {
    const std::lock_guard lock(mutex);
    durable = sequence;
    news.notify_one();
  };
  auto storage = started(home.path(), 10, options);
  CHECK(storage->health().appended == 20);
  {
    std::unique_lock lock(mutex);
    CHECK(news.wait_for(lock, std::chrono::seconds(10), [&] { return durable == 20; }));
  }
  CHECK(storage->health().durable == 20);
  REQUIRE(storage->close().ok());
}

TEST_CASE("study: large batches are split over commits and stay in order", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.commit_rows = 10;
  {
    auto storage = open_study(home.path(), options);
    REQUIRE((*storage)->begin("{}").ok());
    std::vector<Event> events;
    for (std::uint64_t i = 1; i <= 1005; ++i) {
      events.push_back(bred(id(i)));
    }
    REQUIRE((*storage)->append(std::move(events)).ok());
    REQUIRE((*storage)->close().ok());
  }
  const auto stored = all_of(**open_study(home.path(), options));
  REQUIRE(stored.size() == 1005);
  CHECK(subject(stored.back().event) == id(1005));
}

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

TEST_CASE("study: every call knows its time", "[storage]") {
  const TemporaryDirectory home;
  auto storage = open_study(home.path(), quick());
  REQUIRE(storage.ok());
  CHECK(absl::IsFailedPrecondition((*storage)->append({bred(id(1))})));
  REQUIRE((*storage)->begin("{}").ok());
  CHECK(absl::IsFailedPrecondition((*storage)->begin("{}").status()));
  CHECK(absl::IsFailedPrecondition(
      (*storage)->replay([](const StoredEvent&) { return absl::OkStatus(); })));
  REQUIRE((*storage)->close().ok());
  CHECK(absl::IsFailedPrecondition((*storage)->append({bred(id(1))})));
}

TEST_CASE("study: a visitor's error ends the replay", "[storage]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path(), 3)->close().ok());
  auto storage = open_study(home.path(), quick());
  int seen = 0;
  const absl::Status status = (*storage)->replay([&](const StoredEvent&) {
    return ++seen == 2 ? absl::AbortedError("enough") : absl::OkStatus();
  });
  CHECK(absl::IsAborted(status));
  CHECK(seen == 2);
}

TEST_CASE("study: running time adds up over starts", "[storage]") {
  const TemporaryDirectory home;
  ManualClock clock;
  StudyOptions options = quick();
  options.clock = &clock;
  {
    auto storage = started(home.path(), 1, options);
    clock.advance({100});
    CHECK(storage->seconds() == Seconds{100});
    REQUIRE(storage->close().ok());
  }
  clock.advance({1000});
  {
    auto storage = started(home.path(), 0, options);
    CHECK(storage->record().seconds == Seconds{100});
    clock.advance({7});
    REQUIRE(storage->append({bred(id(5, 0, 2))}).ok());
    REQUIRE(storage->flush().ok());
    storage.reset();
  }
  CHECK((*open_study(home.path(), options))->record().seconds == Seconds{107});
}

TEST_CASE("study: a second opener is told who has it", "[storage]") {
  const TemporaryDirectory home;
  const auto first = started(home.path(), 1);
  const auto second = open_study(home.path(), quick());
  REQUIRE(absl::IsUnavailable(second.status()));
  CHECK(second.status().message().find("pid " + std::to_string(::getpid())) != std::string::npos);
  CHECK(second.status().message().find("host ") != std::string::npos);
  CHECK(second.status().message().find("since 0 s") != std::string::npos);
  CHECK(absl::IsUnavailable(read_study_file(home.path()).status()));
}

TEST_CASE("study: another process is refused too, and let in after the first is killed",
          "[storage]") {
  const TemporaryDirectory home;
  Child holder({STORAGE_WRITER, home.path(), "hold"});
  REQUIRE_FALSE(holder.line().empty());
  CHECK(absl::IsUnavailable(open_study(home.path(), quick()).status()));
  Child second({STORAGE_WRITER, home.path()});
  CHECK(second.line().find("is already open: host ") != std::string::npos);
  CHECK(second.wait() == 73);
  holder.kill();
  const auto storage = open_study(home.path(), quick());
  REQUIRE(storage.ok());
  CHECK((*storage)->record().events == 3);
}

TEST_CASE("study: a run waits for a reader, not for a run", "[storage]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path(), 1)->close().ok());
  auto reader = read_study_file(home.path());
  REQUIRE(reader.ok());
  CHECK(absl::IsUnavailable(open_study(home.path(), quick()).status()));
  std::thread leaving([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    reader->reset();
  });
  StudyOptions patient = quick();
  patient.lock_wait = {20};
  CHECK(open_study(home.path(), patient).ok());
  leaving.join();
}

TEST_CASE("study: nothing that was durable is missing after SIGKILL", "[storage]") {
  const TemporaryDirectory home;
  std::int64_t known = 0;
  for (int round = 0; round < 8; ++round) {
    Child writer({STORAGE_WRITER, home.path()});
    // Killed at a different moment of its work each time.
    for (int lines = 0; lines < 1 + 3 * round; ++lines) {
      known = std::max<std::int64_t>(known, std::stoll(writer.line()));
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

TEST_CASE("study: damage is named, not believed", "[storage]") {
  const TemporaryDirectory home;
  REQUIRE(started(home.path(), 20)->close().ok());
  const auto [sql, words] = GENERATE(table<const char*, const char*>(
      {{"UPDATE events SET body = x'ff00ff' WHERE seq = 7", "event 7 of the study is damaged"},
       {"UPDATE events SET body = zeroblob(length(body)) WHERE seq = 7", "checksum"},
       {"UPDATE events SET checksum = checksum + 1 WHERE seq = 7", "checksum"},
       {"UPDATE events SET counter = 3 WHERE seq = 7", "columns"},
       {"UPDATE events SET kind = 'lost' WHERE seq = 7", "columns"},
       {"DELETE FROM events WHERE seq = 7", "event 7 of the study is damaged: it is missing"},
       {"DELETE FROM events WHERE seq = 40", "it has 39 events"},
       {"DELETE FROM trials WHERE number = 4", "number"},
       {"DELETE FROM trials WHERE number = 20", "number"},
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
    CHECK(status.message().find("up to format 1") != std::string_view::npos);
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

TEST_CASE("study: a network file system without locks is refused", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.file_system = {.magic = [](const std::string&) { return 0x6969; },
                         .locks = [](const std::string&) { return false; }};
  const auto refused = open_study(home.path(), options);
  CHECK(absl::IsFailedPrecondition(refused.status()));
  CHECK(refused.status().message().find("NFS") != std::string_view::npos);
  CHECK_FALSE(std::filesystem::exists(database_path(home.path())));
  options.file_system.locks = file_system_probe().locks;
  CHECK(open_study(home.path(), options).ok());
}

TEST_CASE("reader: needs a study, and leaves it as it was", "[storage]") {
  const TemporaryDirectory home;
  CHECK(absl::IsNotFound(read_study_file(home.path()).status()));
  std::ofstream(database_path(home.path()));
  CHECK(absl::IsNotFound(read_study_file(home.path()).status()));
  std::filesystem::remove(database_path(home.path()));
  {
    Child writer({STORAGE_WRITER, home.path(), "hold"});
    REQUIRE_FALSE(writer.line().empty());
    writer.kill();
  }
  const std::string log = database_path(home.path()) + "-wal";
  const auto size = std::filesystem::file_size(log);
  REQUIRE(size > 0);
  std::int64_t count = 0;
  CHECK(replayed(home.path(), &count).ok());
  CHECK(count == 3);
  CHECK(std::filesystem::file_size(log) == size);
}

TEST_CASE("reader: a read-only directory will do once the log is merged", "[storage]") {
  const TemporaryDirectory home;
  {
    Child writer({STORAGE_WRITER, home.path(), "hold"});
    REQUIRE_FALSE(writer.line().empty());
    writer.kill();
  }
  const absl::Status refused = read_study_file(home.path(), false).status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(refused.message().find("read-only") != std::string_view::npos);
  REQUIRE((*open_study(home.path(), quick()))->close().ok());
  std::filesystem::permissions(database_path(home.path()), std::filesystem::perms::owner_read);
  auto reader = read_study_file(home.path(), false);
  INFO(reader.status());
  REQUIRE(reader.ok());
  CHECK((*reader)->record().events == 3);
  CHECK((*reader)->replay([](const StoredEvent&) { return absl::OkStatus(); }).ok());
}

TEST_CASE("snapshot: opens while the study is written, at one moment of it", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.snapshot_every = {0.001};
  options.snapshot_share = 1;
  auto storage = started(home.path(), 0, options);
  CHECK(absl::IsNotFound(read_snapshot(home / "nowhere").status()));
  std::int64_t last = 0;
  int copies = 0;
  for (std::uint64_t i = 1; i <= 20'000 && copies < 5; ++i) {
    REQUIRE(storage->append({bred(id(i)), finished(id(i), {1.0})}).ok());
    if (i % 50 != 0) {
      continue;
    }
    REQUIRE(storage->flush().ok());
    const auto snapshot = read_snapshot(home.path());
    if (!snapshot.ok()) {
      REQUIRE(absl::IsNotFound(snapshot.status()));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      continue;
    }
    const std::int64_t events = (*snapshot)->record().events;
    CHECK((*snapshot)->as_of().has_value());
    CHECK((*snapshot)->replay([](const StoredEvent&) { return absl::OkStatus(); }).ok());
    CHECK(events >= last);
    CHECK(events <= storage->health().durable);
    copies += events > last ? 1 : 0;
    last = events;
  }
  CHECK(copies >= 5);
  CHECK(mode_of(snapshot_path(home.path())) == 0600);
}

TEST_CASE("snapshot: one of a killed study is still a study", "[storage]") {
  const TemporaryDirectory home;
  Child writer({STORAGE_WRITER, home.path()});
  while (!std::filesystem::exists(snapshot_path(home.path()))) {
    REQUIRE_FALSE(writer.line().empty());
  }
  writer.kill();
  auto snapshot = read_snapshot(home.path());
  REQUIRE(snapshot.ok());
  CHECK((*snapshot)->replay([](const StoredEvent&) { return absl::OkStatus(); }).ok());
}

}  // namespace
}  // namespace evolt
