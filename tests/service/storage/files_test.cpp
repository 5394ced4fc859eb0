#include "service/storage/files.hpp"

#include "events.hpp"
#include "service/storage/memory_storage.hpp"
#include "service/storage/owner_file.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <unistd.h>

namespace evolt {
namespace {

using namespace testing;

TEST_CASE("files: durations read well", "[storage]") {
  CHECK(duration_text({-5}) == "0 s");
  CHECK(duration_text({8.9}) == "8 s");
  CHECK(duration_text({300}) == "5 min");
  CHECK(duration_text({3 * 3600}) == "3 h");
  CHECK(duration_text({50 * 3600}) == "2 days");
}

TEST_CASE("owner: written, read, extended and removed", "[storage]") {
  const TemporaryDirectory home;
  CHECK_FALSE(read_owner(home.path()).has_value());
  CHECK(absl::IsNotFound(set_owner_socket(home.path(), "/x")));
  REQUIRE(write_owner(home.path(), this_owner({100})).ok());
  REQUIRE(set_owner_socket(home.path(), "/run/s.sock").ok());
  const Owner owner = *read_owner(home.path());
  CHECK(owner.pid == ::getpid());
  CHECK(owner.socket == "/run/s.sock");
  CHECK(describe(owner, {400}) ==
        "host " + owner.host + ", pid " + std::to_string(::getpid()) + ", since 5 min");
  CHECK_FALSE(surely_gone(owner));
  remove_owner(home.path());
  CHECK(std::filesystem::is_empty(home.path()));
  CHECK_FALSE(write_owner(home / "missing", owner).ok());
}

TEST_CASE("owner: nonsense is no owner", "[storage]") {
  const TemporaryDirectory home;
  for (const char* const text : {"", "{", "[]", "{}", R"({"host":1,"pid":"x","since":0})"}) {
    std::ofstream(home / "owner") << text;
    CHECK_FALSE(read_owner(home.path()).has_value());
  }
}

TEST_CASE("owner: only a process of this host can be known to be gone", "[storage]") {
  Owner owner = this_owner({});
  owner.pid = 0x3FFFFFFF;  // above the highest pid_max
  CHECK(surely_gone(owner));
  owner.host = "elsewhere.invalid";
  CHECK_FALSE(surely_gone(owner));
}

TEST_CASE("memory storage: keeps events and starts as a file would", "[storage]") {
  const auto study = std::make_shared<MemoryStudy>();
  {
    const auto storage = open_memory_study(study);
    CHECK(absl::IsFailedPrecondition(storage->append({bred(id(1))})));
    CHECK(*storage->begin("{}") == 1);
    REQUIRE(storage->append({leased(id(5)), bred(id(5)), bred(id(1)), bred(id(5))}).ok());
    CHECK(storage->health().durable == 4);
    REQUIRE(storage->close().ok());
    CHECK(absl::IsFailedPrecondition(storage->append({bred(id(1))})));
  }
  const auto storage = open_memory_study(study);
  CHECK(storage->record().events == 4);
  std::vector<TrialId> trials;
  REQUIRE(storage
              ->replay([&](const StoredEvent& stored) {
                trials.push_back(subject(stored.event));
                CHECK(stored.sequence == static_cast<std::int64_t>(trials.size()));
                return absl::OkStatus();
              })
              .ok());
  CHECK(trials == std::vector<TrialId>{id(5), id(5), id(1), id(5)});
  CHECK(*storage->begin("{}") == 2);
}

}  // namespace
TEST_CASE("files: a directory that cannot be written is said in words", "[storage]") {
  const TemporaryDirectory home;
  const std::string study = home / "study";
  REQUIRE(make_study_directory(study).ok());
  std::filesystem::permissions(home.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(study, std::filesystem::perms(0555));
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  REQUIRE((!root || ::seteuid(kNobody) == 0));
  const absl::Status status = check_writable(study);
  REQUIRE((!root || ::seteuid(0) == 0));
  std::filesystem::permissions(study, std::filesystem::perms(0755));
  CHECK(absl::IsPermissionDenied(status));
  CHECK(status.message().find(study) != std::string_view::npos);
  CHECK(check_writable(study).ok());
}

}  // namespace evolt
