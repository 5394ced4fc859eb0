#include "workers/energy/gpu/slot_channels.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

using How = SlotChannel::How;
using Slots = std::vector<std::vector<std::string>>;

const std::vector<VisibleGpu> kGpus = {
    {.name = "GPU-a", .given = "0", .gpu = "GPU-a"},
    {.name = "GPU-b", .given = "1", .gpu = "GPU-b"},
    {.name = "MIG-1", .given = "2", .gpu = "GPU-c", .share = 3.0 / 7},
    {.name = "MIG-2", .given = "2", .gpu = "GPU-c", .share = 2.0 / 7},
    {.name = "3", .given = "3"}};

std::vector<EnergyChannel> channels() {
  std::vector<EnergyChannel> result;
  for (const std::string gpu : {"GPU-a", "GPU-b", "GPU-c"}) {
    EnergyChannel& channel = result.emplace_back();
    channel.name = "nvml:" + gpu;
    channel.device = gpu;
  }
  return result;
}

TEST_CASE("slot channels: a GPU of one's own is wholly one's own", "[workers][energy]") {
  const auto slots = slot_channels(Slots{{"GPU-b"}, {"GPU-a"}, {}}, kGpus, channels());
  REQUIRE(slots.size() == 3);
  REQUIRE(slots[0].channels.size() == 1);
  CHECK(slots[0].channels[0] == SlotChannel{"nvml:GPU-b", "GPU-b", How::exclusive, 1});
  CHECK(slots[1].channels[0].channel == "nvml:GPU-a");
  CHECK(slots[2].channels.empty());
  CHECK(slots[2].unknown.empty());
  const auto both = slot_channels(Slots{{"GPU-a", "GPU-b"}}, kGpus, channels());
  CHECK(both[0].channels.size() == 2);
}

TEST_CASE("slot channels: k slots on one GPU share it", "[workers][energy]") {
  const auto slots =
      slot_channels(Slots{{"GPU-a"}, {"GPU-a"}, {"GPU-a"}, {"GPU-b"}}, kGpus, channels());
  for (int i = 0; i < 3; ++i) {
    CHECK(slots[static_cast<std::size_t>(i)].channels[0].how == How::shared);
    CHECK(slots[static_cast<std::size_t>(i)].channels[0].share == Approx(1.0 / 3));
  }
  CHECK(slots[3].channels[0].how == How::exclusive);
}

TEST_CASE("slot channels: a slice has its share of the compute slices", "[workers][energy]") {
  const auto slots = slot_channels(Slots{{"MIG-1"}, {"MIG-2"}, {"MIG-2"}}, kGpus, channels());
  CHECK(slots[0].channels[0].channel == "nvml:GPU-c");
  CHECK(slots[0].channels[0].how == How::slice);
  CHECK(slots[0].channels[0].share == Approx(3.0 / 7));
  CHECK(slots[1].channels[0].share == Approx(1.0 / 7));  // two slots on the same slice
  double sum = 0;
  for (const SlotEnergy& slot : slots) {
    sum += slot.channels[0].share;
  }
  CHECK(sum == Approx(5.0 / 7));  // the rest is nobody's
  const auto two = slot_channels(Slots{{"MIG-1", "MIG-2"}}, kGpus, channels());
  REQUIRE(two[0].channels.size() == 1);
  CHECK(two[0].channels[0].share == Approx(5.0 / 7));
}

TEST_CASE("slot channels: what is not known or not measured is said", "[workers][energy]") {
  std::vector<EnergyChannel> measured = channels();
  measured.erase(measured.begin());
  const auto slots = slot_channels(Slots{{"3"}, {"GPU-a", "GPU-b"}, {"other"}}, kGpus, measured);
  CHECK(slots[0].unknown == std::vector<std::string>{"3"});
  CHECK(slots[1].unknown == std::vector<std::string>{"GPU-a"});
  CHECK(slots[1].channels.size() == 1);
  CHECK(slots[2].unknown == std::vector<std::string>{"other"});
}

}  // namespace
}  // namespace evolt
