#include "service/scaling/virtual_network.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace evolt {
namespace {

/// Units that can be added up by hand.
const Fabric kFabric{.name = "sums",
                     .latency = {10},
                     .overhead = {1},
                     .gap = {5},
                     .per_byte = {0.5},
                     .source = "made up"};

/// When what was sent can be had, by rank 2.
std::vector<double> readings(VirtualNetwork& network, Transport& receiver) {
  std::vector<double> times;
  while (network.next_landing()) {
    network.land();
  }
  while (const auto ready = network.ready(RankId{2})) {
    times.push_back(ready->value);
    network.set_time(*ready);
    REQUIRE(receiver.poll().size() == 1);
  }
  return times;
}

}  // namespace

TEST_CASE("virtual network: a message of k bytes takes o + (k - 1) G + L", "[service]") {
  VirtualNetwork network(3, kFabric);
  const auto sender = network.endpoint(RankId{0});
  const auto receiver = network.endpoint(RankId{2});
  network.set_time({100});
  sender->send(RankId{2}, "abc");
  CHECK(network.sent_at(RankId{0}) == Seconds{101});
  REQUIRE(network.next_landing() == Seconds{112});
  CHECK(receiver->poll().empty());
  CHECK(readings(network, *receiver) == std::vector<double>{112});
  CHECK(network.frames() == 1);
  CHECK(network.bytes() == 3);
}

TEST_CASE("virtual network: an adapter leaves a gap between two messages", "[service]") {
  VirtualNetwork network(3, kFabric);
  const auto sender = network.endpoint(RankId{0});
  const auto receiver = network.endpoint(RankId{2});
  sender->send(RankId{2}, "abc");
  sender->send(RankId{2}, "abc");
  // The processor is done with the second at 2; the adapter with the first at 1 + 1 + 5.
  CHECK(network.sent_at(RankId{0}) == Seconds{2});
  CHECK(readings(network, *receiver) == std::vector<double>{12, 18});
}

TEST_CASE("virtual network: a receiver's adapter takes one message at a time", "[service]") {
  VirtualNetwork network(3, kFabric);
  const auto one = network.endpoint(RankId{0});
  const auto other = network.endpoint(RankId{1});
  const auto receiver = network.endpoint(RankId{2});
  one->send(RankId{2}, "abc");
  other->send(RankId{2}, "abc");
  CHECK(readings(network, *receiver) == std::vector<double>{12, 18});
  CHECK(network.receiving(RankId{2}) == Seconds{12});
}

TEST_CASE("virtual network: fabrics are found by their names", "[service]") {
  for (const Fabric& fabric : fabrics()) {
    CHECK(find_fabric(fabric.name)->latency == fabric.latency);
    CHECK_FALSE(fabric.source.empty());
  }
  CHECK_FALSE(find_fabric("infinibanned"));
}

}  // namespace evolt
