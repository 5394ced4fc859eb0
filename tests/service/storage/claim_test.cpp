#include "service/storage/claim.hpp"

#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace evolt {
namespace {

using namespace testing;

/// A process on another host, which nobody can look for.
Owner stranger() {
  return {.host = "n014.invalid", .pid = 4411, .since = {5}, .database = "/local/s/study.db"};
}

struct Desk {
  TemporaryDirectory home;
  ManualClock clock;
  std::vector<std::string> said;

  ClaimOptions options() {
    return {
        .patience = {0.1}, .settle = {0}, .clock = &clock, .warn = [this](const std::string& text) {
          said.push_back(text);
        }};
  }
  Owner self() const {
    Owner owner = this_owner({7});
    owner.database = "/tmp/s/study.db";
    return owner;
  }
};

TEST_CASE("claim: is free where nobody serves, or in the directory itself", "[storage]") {
  Desk desk;
  CHECK(check_elsewhere(desk.home.path(), desk.options()).ok());
  Owner plain = stranger();
  plain.database.clear();
  REQUIRE(write_owner(desk.home.path(), plain).ok());
  CHECK(check_elsewhere(desk.home.path(), desk.options()).ok());  // the lock decides
  CHECK(desk.said.empty());
}

TEST_CASE("claim: a process of this host that is gone is not waited for", "[storage]") {
  Desk desk;
  Owner gone = desk.self();
  gone.pid = 0x3FFFFFFF;  // above the highest pid_max
  REQUIRE(write_owner(desk.home.path(), gone).ok());
  ClaimOptions patient = desk.options();
  patient.patience = {3600};
  CHECK(check_elsewhere(desk.home.path(), patient).ok());
}

TEST_CASE("claim: one whose beat stands still may be taken over, and is waited for", "[storage]") {
  Desk desk;
  REQUIRE(write_owner(desk.home.path(), stranger()).ok());
  std::ofstream(desk.home / "beat") << "n014.invalid 4411 3\n";
  CHECK(check_elsewhere(desk.home.path(), desk.options()).ok());
  REQUIRE(desk.said.size() == 1);
  CHECK(desk.said[0].find("host n014.invalid, pid 4411") != std::string::npos);
  const auto claim = Claim::take(desk.home.path(), desk.self(), desk.options());
  REQUIRE(claim.ok());
  CHECK(read_owner(desk.home.path())->same_process(desk.self()));
}

TEST_CASE("claim: one that gives a sign while it is watched is left alone", "[storage]") {
  Desk desk;
  REQUIRE(write_owner(desk.home.path(), stranger()).ok());
  ClaimOptions options = desk.options();
  options.patience = {60};
  SECTION("its beat goes on") {
    options.warn = [&](const std::string&) {
      std::ofstream(desk.home / "beat") << "n014.invalid 4411 4\n";
    };
  }
  SECTION("another start of it came") {
    Owner next = stranger();
    next.since = {6};
    options.warn = [&desk, next](const std::string&) {
      REQUIRE(write_owner(desk.home.path(), next).ok());
    };
  }
  const absl::Status status = check_elsewhere(desk.home.path(), options);
  CHECK(absl::IsUnavailable(status));
  CHECK(std::string(status.message()).find("host n014.invalid, pid 4411") != std::string::npos);
  CHECK(std::string(status.message()).find("/local/s/study.db") != std::string::npos);
}

TEST_CASE("claim: one that ends while it is watched makes room", "[storage]") {
  Desk desk;
  REQUIRE(write_owner(desk.home.path(), stranger()).ok());
  ClaimOptions options = desk.options();
  options.patience = {60};
  options.warn = [&](const std::string&) { remove_owner(desk.home.path()); };
  CHECK(check_elsewhere(desk.home.path(), options).ok());
}

TEST_CASE("claim: beats when it is time, and lets go in good order", "[storage]") {
  Desk desk;
  const auto beat = [&] {
    std::ifstream file(desk.home / "beat");
    std::string host;
    int pid = 0;
    int count = -1;
    file >> host >> pid >> count;
    CHECK((count == -1 || pid == ::getpid()));
    return count;
  };
  const auto claim = Claim::take(desk.home.path(), desk.self(), desk.options());
  REQUIRE(claim.ok());
  CHECK(beat() == 1);
  CHECK((*claim)->beat().ok());
  CHECK(beat() == 1);
  desk.clock.advance({10});
  CHECK((*claim)->beat().ok());
  CHECK(beat() == 2);
  (*claim)->release();
  CHECK(std::filesystem::is_empty(desk.home.path()));
}

TEST_CASE("claim: who was taken over learns it, and leaves the other's files", "[storage]") {
  Desk desk;
  const auto claim = Claim::take(desk.home.path(), desk.self(), desk.options());
  REQUIRE(claim.ok());
  CHECK((*claim)->held().ok());
  REQUIRE(write_owner(desk.home.path(), stranger()).ok());
  CHECK(absl::IsAborted((*claim)->held()));
  CHECK((*claim)->beat().ok());  // not its time
  desk.clock.advance({10});
  const absl::Status status = (*claim)->beat();
  CHECK(absl::IsAborted(status));
  CHECK(std::string(status.message()).find("n014.invalid") != std::string::npos);
  (*claim)->release();
  CHECK(read_owner(desk.home.path())->same_process(stranger()));
}

}  // namespace
}  // namespace evolt
