#include "service/storage/sqlite_study.hpp"

#include "child.hpp"
#include "events.hpp"
#include "service/storage/owner_file.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace evolt {
namespace {

using namespace testing;

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

TEST_CASE("study: what was appended is there again, in its place", "[storage]") {
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
  const std::vector<StoredEvent> stored = all_of(**storage);
  REQUIRE(stored.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(stored[i].sequence == static_cast<std::int64_t>(i) + 1);
    CHECK(stored[i].event == events[i]);
  }
  CHECK(*(*storage)->begin("{}") == 2);
  REQUIRE((*storage)->append({bred(id(1, 0, 2))}).ok());
  REQUIRE((*storage)->close().ok());
  CHECK(all_of(**open_study(home.path(), quick())).back().sequence == 8);
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

TEST_CASE("study: large batches are split over rows and commits and stay in order", "[storage]") {
  const TemporaryDirectory home;
  StudyOptions options = quick();
  options.commit_events = 10;
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

}  // namespace
}  // namespace evolt
