#include "islands/mailbox.hpp"
#include "service/scaling/virtual_network.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <memory>
#include <vector>

namespace evolt {

// Over many origins sending to everybody would cost a rank no more than a tree does. The rank whose
// results come fastest tells them apart.
TEST_CASE("tree traffic: no rank handles more than 2 log2(ranks) messages for a result",
          "[service]") {
  const std::int32_t ranks = GENERATE(4, 32, 100);
  const std::int32_t origin = GENERATE(0, 3);
  constexpr int kResults = 50;
  VirtualNetwork network(ranks, *find_fabric("myrinet"));
  std::vector<std::unique_ptr<Mailbox>> boxes;
  const Layout layout(ranks, 1);
  for (std::int32_t rank = 0; rank < ranks; ++rank) {
    boxes.push_back(std::make_unique<Mailbox>(network.endpoint(RankId{rank})));
    boxes.back()->settle(layout);
  }
  for (int i = 0; i < kResults; ++i) {
    boxes[static_cast<std::size_t>(origin)]->broadcast(IslandId{0}, Admitted{}, Seconds{});
  }
  Seconds now;
  std::size_t heard = 0;
  for (bool moved = true; moved;) {
    for (const auto& box : boxes) {
      box->flush(now, true);
    }
    moved = network.next_landing().has_value();
    while (network.next_landing()) {
      now = *network.next_landing();
      network.land();
    }
    now += Seconds{1};
    network.set_time(now);
    for (const auto& box : boxes) {
      heard += box->collect(now)->size();
    }
  }
  CHECK(heard == static_cast<std::size_t>((ranks - 1) * kResults));
  for (const auto& box : boxes) {
    const Traffic& traffic = box->traffic();
    const auto messages = static_cast<double>(traffic.messages_sent + traffic.messages_received);
    CHECK(messages / kResults <= 2 * std::log2(ranks));
  }
}

}  // namespace evolt
