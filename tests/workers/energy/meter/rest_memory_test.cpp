#include "workers/energy/meter/rest_memory.hpp"

#include "tests/workers/harness.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

RestRecord record(const std::string& meters, double watts) {
  return {.meters = meters, .power = {.likely = {watts}, .watts = {watts - 1, watts + 2}}};
}

}  // namespace

TEST_CASE("rest memory: what was learnt last of each meter is kept", "[energy]") {
  const testing::TempDir folder;
  const std::string path = (folder / "rest").string();
  CHECK(recall_rest(path).empty());
  REQUIRE(remember_rest(path, {record("package-0 package-1", 80), record("node", 200)}).ok());
  REQUIRE(remember_rest(path, {record("package-0 package-1", 75)}).ok());
  const std::vector<RestRecord> known = recall_rest(path);
  REQUIRE(known.size() == 2);
  CHECK(known[0] == record("node", 200));
  CHECK(known[1] == record("package-0 package-1", 75));
}

TEST_CASE("rest memory: a file that is none of ours holds nothing, and is replaced", "[energy]") {
  const testing::TempDir folder;
  const std::string path = (folder / "rest").string();
  for (const char* const text :
       {"", "x", "[]", "{}", "{\"rest\":3}", "{\"rest\":[{}]}",
        "{\"rest\":[{\"meters\":\"a\",\"likely\":5,\"lower\":6,\"upper\":7}]}",
        "{\"rest\":[{\"meters\":\"\",\"likely\":5,\"lower\":4,\"upper\":7}]}",
        "{\"rest\":[{\"meters\":\"a\",\"likely\":\"5\",\"lower\":4,\"upper\":7}]}"}) {
    testing::write(path, text);
    INFO(text);
    CHECK(recall_rest(path).empty());
    CHECK(remember_rest(path, {record("a", 5)}).ok());
    CHECK(recall_rest(path).size() == 1);
  }
  const absl::Status lost = remember_rest((folder / "no/such/folder").string(), {record("a", 5)});
  CHECK(lost.message().find("cannot write") != std::string::npos);
}

}  // namespace evolt
