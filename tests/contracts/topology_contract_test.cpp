#include "core/config_error.hpp"
#include "islands/topology.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace evolt {

TEST_CASE("topologies: no island links to itself or twice to another, and all can be reached",
          "[islands]") {
  for (const std::string& name : topology_names()) {
    const std::int32_t islands = GENERATE(1, 2, 3, 8, 33);
    const Topology topology = make_topology(name, TopologyOptions{.probability = 0.25, .seed = 3});
    CHECK(topology.name() == name);
    std::set<std::int32_t> reached = {0};
    for (bool grew = true; grew;) {
      grew = false;
      for (const std::int32_t from : std::set<std::int32_t>(reached)) {
        std::set<std::int32_t> targets;
        for (const Link& link : topology.links(IslandId{from}, islands)) {
          CHECK(index(link.to) != from);
          CHECK(index(link.to) >= 0);
          CHECK(index(link.to) < islands);
          CHECK(link.probability == 0.25);
          CHECK(targets.insert(index(link.to)).second);
          grew = reached.insert(index(link.to)).second || grew;
        }
      }
    }
    CHECK(static_cast<std::int32_t>(reached.size()) == islands);
    CHECK(topology.links(IslandId{0}, islands) == Topology(topology).links(IslandId{0}, islands));
  }
}

TEST_CASE("topologies: an unknown name is answered with the nearest", "[islands]") {
  try {
    make_topology("rign", {});
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().nearest == "ring");
    CHECK(error.complaint().key == "islands.topology");
  }
}

}  // namespace evolt
