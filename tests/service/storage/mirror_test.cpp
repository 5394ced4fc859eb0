#include "child.hpp"
#include "fake_file_system.hpp"
#include "service/storage/copies.hpp"
#include "service/storage/owner_file.hpp"
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
namespace fs = std::filesystem;

/// A shared directory and the local disks of two nodes.
struct Cluster {
  TemporaryDirectory home;
  std::vector<std::string> said;
  std::string study = home / "shared";

  StudyOptions node(const std::string& name) {
    StudyOptions options = quick();
    options.database_directory = name.empty() ? "" : home / name;
    options.beat_patience = {0.05};
    options.warn = [this](const std::string& text) { said.push_back(text); };
    return options;
  }
  std::string database(const std::string& name) const {
    return detail::place_of(study, home / name).database;
  }
  bool was_said(const std::string& words) const {
    return std::any_of(said.begin(), said.end(), [&](const std::string& text) {
      return text.find(words) != std::string::npos;
    });
  }
  /// As if the process had been killed, and its node restarted.
  void kill(std::unique_ptr<Storage> storage) {
    storage.reset();
    std::optional<Owner> owner = read_owner(study);
    if (owner) {
      owner->pid = 0x3FFFFFFF;
      REQUIRE(write_owner(study, *owner).ok());
    }
  }
  std::int64_t events(const StudyOptions& options) {
    const auto storage = open_study(study, options);
    INFO(storage.status());
    REQUIRE(storage.ok());
    const auto all = all_of(**storage);
    CHECK(static_cast<std::int64_t>(all.size()) == (*storage)->record().events);
    return (*storage)->record().events;
  }
};

std::int64_t events_of(const absl::StatusOr<std::unique_ptr<StudyReader>>& reader) {
  INFO(reader.status());
  REQUIRE(reader.ok());
  std::int64_t count = 0;
  REQUIRE((*reader)
              ->replay([&](const StoredEvent&) {
                ++count;
                return absl::OkStatus();
              })
              .ok());
  return count;
}

TEST_CASE("mirror: a study has one place, however its directory is called", "[storage]") {
  const TemporaryDirectory home;
  const auto before = fs::current_path();
  fs::current_path(home.path());
  const std::string place = detail::place_of("s", "local").database;
  fs::create_directories("s/t");
  fs::create_directory_symlink("s", "link");
  for (const std::string& name :
       {std::string("s"), std::string("s/"), std::string("./s"), std::string("s/t/.."),
        std::string("link"), home / "s", home / "s/"}) {
    INFO(name);
    CHECK(detail::place_of(name, "local").database == place);
  }
  CHECK(detail::place_of("s/t", "local").database != place);
  CHECK(place.starts_with(home / "local/s-"));
  fs::current_path(before);
}

TEST_CASE("mirror: the database lies elsewhere, the directory has all of it in the end",
          "[storage]") {
  Cluster cluster;
  auto storage = started(cluster.study, 3, cluster.node("a"));
  REQUIRE(storage->flush().ok());
  CHECK(fs::exists(cluster.database("a")));
  CHECK_FALSE(fs::exists(database_path(cluster.study)));
  CHECK(read_owner(cluster.study)->database == cluster.database("a"));
  const auto early = read_mirror(cluster.study);
  CHECK(events_of(early) == 0);
  CHECK((*early)->as_of().has_value());
  CHECK(mode_of(mirror_path(cluster.study)) == 0600);
  REQUIRE(storage->close().ok());
  const auto last = read_mirror(cluster.study);
  CHECK(events_of(last) == 6);
  CHECK_FALSE((*last)->as_of().has_value());
  CHECK_FALSE(fs::exists(cluster.database("a")));
  std::vector<std::string> left;
  for (const auto& file : fs::directory_iterator(cluster.study)) {
    left.push_back(file.path().filename().string());
  }
  CHECK(left == std::vector<std::string>{"mirror.db"});
  CHECK(cluster.said.empty());
}

TEST_CASE("mirror: is renewed while the study runs", "[storage]") {
  Cluster cluster;
  StudyOptions options = cluster.node("a");
  options.mirror_every = {0.001};
  options.mirror_share = 1;
  const auto storage = started(cluster.study, 5, options);
  REQUIRE(storage->flush().ok());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (events_of(read_mirror(cluster.study)) < 10) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST_CASE("mirror: a study goes on from it on any host, with or without --db-dir", "[storage]") {
  Cluster cluster;
  REQUIRE(started(cluster.study, 3, cluster.node("a"))->close().ok());
  const std::string next = GENERATE("a", "b", "");
  auto storage = started(cluster.study, 2, cluster.node(next));
  CHECK(storage->record().starts == 1);
  CHECK(storage->record().events == 6);
  CHECK(fs::exists(mirror_path(cluster.study)) == !next.empty());
  REQUIRE(storage->close().ok());
  CHECK(cluster.events(cluster.node("")) == 10);
  CHECK(cluster.said.empty());
}

TEST_CASE("mirror: a study that lay in its directory moves out", "[storage]") {
  Cluster cluster;
  const bool clean = GENERATE(true, false);
  auto storage = started(cluster.study, 3, cluster.node(""));
  REQUIRE(storage->flush().ok());
  if (clean) {
    REQUIRE(storage->close().ok());
  } else {
    cluster.kill(std::move(storage));
  }
  auto moved = started(cluster.study, 1, cluster.node("a"));
  CHECK(moved->record().events == 6);
  CHECK_FALSE(fs::exists(database_path(cluster.study)));
  CHECK_FALSE(fs::exists(database_path(cluster.study) + "-wal"));
  CHECK(events_of(read_mirror(cluster.study)) == 6);
  REQUIRE(moved->close().ok());
  CHECK(events_of(read_mirror(cluster.study)) == 8);
}

TEST_CASE("mirror: after a kill the database itself is further, and wins", "[storage]") {
  Cluster cluster;
  auto storage = started(cluster.study, 4, cluster.node("a"));
  REQUIRE(storage->flush().ok());
  cluster.kill(std::move(storage));
  CHECK(events_of(read_mirror(cluster.study)) == 0);
  // On its host also a start without --db-dir, or with another one, finds it.
  CHECK(cluster.events(cluster.node(GENERATE("a", "b", ""))) == 8);
  CHECK(cluster.said.empty());
}

TEST_CASE("mirror: a start that does not begin changes nothing", "[storage]") {
  Cluster cluster;
  REQUIRE((*open_study(cluster.study, cluster.node("a")))->close().ok());
  CHECK(fs::is_empty(cluster.study));
  auto storage = started(cluster.study, 4, cluster.node("a"));
  REQUIRE(storage->flush().ok());
  cluster.kill(std::move(storage));
  const Owner last = *read_owner(cluster.study);
  REQUIRE((*open_study(cluster.study, cluster.node("b")))->close().ok());
  CHECK(read_owner(cluster.study)->same_process(last));
  CHECK(read_owner(cluster.study)->database == cluster.database("a"));
  CHECK(cluster.events(cluster.node("a")) == 8);
  CHECK(cluster.said.empty());
}

TEST_CASE("mirror: when the node is lost the study goes on from it and says so", "[storage]") {
  Cluster cluster;
  StudyOptions options = cluster.node("a");
  ManualClock clock;
  clock.set({1000});
  options.clock = &clock;
  auto storage = started(cluster.study, 4, options);
  REQUIRE(storage->flush().ok());
  cluster.kill(std::move(storage));
  fs::remove_all(cluster.home / "a");
  clock.set({1300});
  StudyOptions other = cluster.node("b");
  other.clock = &clock;
  SECTION("its disk is gone") {
    CHECK(cluster.events(other) == 0);
    CHECK(cluster.was_said("mirror.db, which is 5 min old"));
    CHECK(cluster.was_said("the database itself is gone"));
    CHECK(cluster.was_said("up to 60 s of finished work"));
  }
  SECTION("it is another host") {
    Owner owner = *read_owner(cluster.study);
    owner.host = "n014.invalid";
    REQUIRE(write_owner(cluster.study, owner).ok());
    CHECK(cluster.events(other) == 0);
    CHECK(cluster.was_said("waiting up to 0 s to see whether host n014.invalid"));
    CHECK(cluster.was_said("on host n014.invalid, out of reach from here"));
  }
}

TEST_CASE("mirror: a database that was passed by gives way, and what only it had is kept",
          "[storage]") {
  Cluster cluster;
  auto first = started(cluster.study, 4, cluster.node("a"));
  REQUIRE(first->flush().ok());
  cluster.kill(std::move(first));
  fs::rename(cluster.home / "a", cluster.home / "a-away");  // the node does not answer
  REQUIRE(started(cluster.study, 1, cluster.node("b"))->close().ok());
  fs::rename(cluster.home / "a-away", cluster.home / "a");
  cluster.said.clear();
  CHECK(cluster.events(cluster.node("a")) == 2);
  CHECK(cluster.was_said("8 events that only " + cluster.database("a") + " had are kept in"));
  const std::string aside = cluster.database("a") + ".aside";
  REQUIRE(fs::exists(aside));
  fs::create_directory(cluster.home / "look");
  fs::copy(aside, database_path(cluster.home / "look"));
  CHECK(events_of(read_study_file(cluster.home / "look")) == 8);
}

TEST_CASE("mirror: copies of different studies are not mixed", "[storage]") {
  Cluster cluster;
  auto storage = started(cluster.study, 4, cluster.node("a"));
  REQUIRE(storage->flush().ok());
  cluster.kill(std::move(storage));
  fs::remove_all(cluster.study);
  SECTION("the directory was emptied") {
    const absl::Status status = open_study(cluster.study, cluster.node("a")).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(std::string(status.message()).find("holds 8 events of a study") != std::string::npos);
  }
  SECTION("another study was put there") {
    REQUIRE(started(cluster.study, 1, cluster.node(""))->close().ok());
    const absl::Status status = open_study(cluster.study, cluster.node("a")).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(std::string(status.message()).find("different studies") != std::string::npos);
  }
  CHECK(fs::exists(cluster.database("a")));
}

TEST_CASE("mirror: a damaged one is an error that names it", "[storage]") {
  Cluster cluster;
  REQUIRE(started(cluster.study, 3, cluster.node("a"))->close().ok());
  std::ofstream(mirror_path(cluster.study)) << std::string(5000, 'x');
  for (const absl::Status& status : {open_study(cluster.study, cluster.node("a")).status(),
                                     open_study(cluster.study, cluster.node("")).status(),
                                     read_mirror(cluster.study).status()}) {
    INFO(status);
    CHECK(absl::IsDataLoss(status));
  }
  CHECK(std::string(open_study(cluster.study, cluster.node("a")).status().message())
            .find("mirror.db") != std::string::npos);
}

TEST_CASE("mirror: a second start is refused on this host and told who serves", "[storage]") {
  Cluster cluster;
  const auto storage = started(cluster.study, 1, cluster.node("a"));
  StudyOptions second = cluster.node(GENERATE("a", "b", ""));
  second.beat_patience = {30};
  // The beat goes on while the second one watches.
  second.warn = [&](const std::string&) { std::ofstream(cluster.study + "/beat") << "on"; };
  const absl::Status status = open_study(cluster.study, second).status();
  CHECK(absl::IsUnavailable(status));
  CHECK(std::string(status.message()).find("pid " + std::to_string(::getpid())) !=
        std::string::npos);
}

TEST_CASE("mirror: who was taken over stops writing and leaves the mirror alone", "[storage]") {
  Cluster cluster;
  StudyOptions options = cluster.node("a");
  options.beat_every = {0};
  auto storage = started(cluster.study, 1, options);
  REQUIRE(storage->flush().ok());
  Owner other = *read_owner(cluster.study);
  other.host = "n014.invalid";
  REQUIRE(write_owner(cluster.study, other).ok());
  absl::Status status = storage->append({bred(id(9))});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (status.ok() && std::chrono::steady_clock::now() < until) {
    status = storage->append({leased(id(9))});
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(absl::IsAborted(status));
  CHECK(absl::IsAborted(storage->close()));
  CHECK(events_of(read_mirror(cluster.study)) == 0);
  CHECK(read_owner(cluster.study)->host == "n014.invalid");
}

TEST_CASE("mirror: one that cannot be renewed is said once, and at the end", "[storage]") {
  Cluster cluster;
  StudyOptions options = cluster.node("a");
  options.mirror_every = {0.001};
  options.mirror_share = 1;
  auto storage = started(cluster.study, 1, options);
  REQUIRE(storage->flush().ok());
  // A directory in its place: a rename cannot replace it, whoever runs the test.
  std::error_code ignored;
  for (int i = 0; i < 1000 && !fs::is_directory(mirror_path(cluster.study), ignored); ++i) {
    fs::remove(mirror_path(cluster.study), ignored);
    fs::create_directory(mirror_path(cluster.study), ignored);
  }
  std::ofstream(mirror_path(cluster.study) + "/something") << "x";
  for (std::uint64_t i = 10; i < 40; ++i) {
    REQUIRE(storage->append({bred(id(i))}).ok());
    REQUIRE(storage->flush().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const absl::Status closed = storage->close();
  CHECK_FALSE(closed.ok());
  CHECK(std::string(closed.message()).find("the record is whole in " + cluster.database("a")) !=
        std::string::npos);
  CHECK(cluster.was_said("cannot be renewed"));
  CHECK(cluster.said.size() == 1);
  fs::remove_all(mirror_path(cluster.study));
  CHECK(fs::exists(cluster.database("a")));
}

TEST_CASE("mirror: the shared directory needs no locks, the local one does", "[storage]") {
  Cluster cluster;
  FakeFileSystem disk;
  disk.grants_all_locks = true;
  StudyOptions options = cluster.node("a");
  options.files = &disk;
  const absl::Status local = open_study(cluster.study, options).status();
  CHECK(absl::IsFailedPrecondition(local));
  CHECK(std::string(local.message()).find(cluster.home / "a") != std::string::npos);
  disk.kind = 0xEF53;
  CHECK(open_study(cluster.study, options).ok());
  disk.cannot_rename = true;
  const absl::Status shared = open_study(cluster.study, options).status();
  CHECK(absl::IsFailedPrecondition(shared));
  CHECK(std::string(shared.message()).find("mirror") != std::string::npos);
}

}  // namespace
}  // namespace evolt
