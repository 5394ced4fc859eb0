#include "core/config_error.hpp"
#include "islands/topology.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <vector>

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

TEST_CASE("topologies: a torus is a grid whose edges meet", "[islands]") {
  const Topology torus = make_topology("torus", {.probability = 1});
  const auto to = [&](std::int32_t self, std::int32_t islands) {
    std::set<std::int32_t> targets;
    for (const Link& link : torus.links(IslandId{self}, islands)) {
      targets.insert(index(link.to));
    }
    return targets;
  };
  CHECK(to(0, 12) == std::set<std::int32_t>{1, 3, 4, 8});  // three rows of four
  CHECK(to(6, 12) == std::set<std::int32_t>{2, 5, 7, 10});
  CHECK(to(3, 7) == std::set<std::int32_t>{2, 4});
}

TEST_CASE("topologies: in a star all ways lead through the first", "[islands]") {
  const Topology star = make_topology("star", {.probability = 1});
  CHECK(star.links(IslandId{0}, 5).size() == 4);
  CHECK(star.links(IslandId{3}, 5) == std::vector<Link>{Link{IslandId{0}, 1}});
}

TEST_CASE("topologies: in a random regular graph as many come as go", "[islands]") {
  const Topology regular = make_topology("random_regular", {.probability = 1, .seed = 11});
  std::vector<int> in(64);
  std::size_t links = 0;
  for (std::int32_t self = 0; self < 64; ++self) {
    for (const Link& link : regular.links(IslandId{self}, 64)) {
      ++in[static_cast<std::size_t>(index(link.to))];
      ++links;
    }
  }
  CHECK(links > 170);  // of 192: rings may share a link
  for (const int count : in) {
    CHECK(count >= 1);
    CHECK(count <= 3);
  }
  const Topology other = make_topology("random_regular", {.probability = 1, .seed = 12});
  CHECK(regular.links(IslandId{5}, 64) != other.links(IslandId{5}, 64));
}

TEST_CASE("topologies: the user's own matrix", "[islands]") {
  const Topology own = matrix_topology({{0, 0.9, 0}, {0.1, 0, 0.2}, {0, 0, 0}});
  CHECK(own.name() == "matrix");
  CHECK(own.links(IslandId{0}, 3) == std::vector<Link>{Link{IslandId{1}, 0.9}});
  CHECK(own.links(IslandId{1}, 3) ==
        std::vector<Link>{Link{IslandId{0}, 0.1}, Link{IslandId{2}, 0.2}});
  CHECK(own.links(IslandId{2}, 3).empty());
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
