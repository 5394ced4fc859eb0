#include "child.hpp"
#include "events.hpp"
#include "service/storage/sqlite_study.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace evolt {
namespace {

using namespace testing;

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
