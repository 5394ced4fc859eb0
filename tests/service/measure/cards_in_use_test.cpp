#include "service/measure/cards_in_use.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("cards in use: of NVIDIA's those that are visible, by their slices", "[measure]") {
  const std::vector<std::string> devices = {"GPU-a", "GPU-b", "GPU-c", "amd-1", "accel0"};
  using Devices = std::vector<WindowShare::Device>;
  CHECK(cards_in_use(devices, {}).size() == 5);
  const std::vector<VisibleGpu> unknown = {{.name = "0", .given = "0"}};
  CHECK(cards_in_use(devices, unknown).size() == 5);
  const std::vector<VisibleGpu> some = {{.gpu = "GPU-b"},
                                        {.gpu = "GPU-c", .share = 0.25},
                                        {.gpu = "GPU-c", .share = 0.5},
                                        {.gpu = "GPU-elsewhere"}};
  CHECK(cards_in_use(devices, some) ==
        Devices{{"GPU-b", 1}, {"GPU-c", 0.75}, {"amd-1", 1}, {"accel0", 1}});
  const std::vector<VisibleGpu> twice = {{.gpu = "GPU-a"}, {.gpu = "GPU-a"}};
  CHECK(cards_in_use(std::vector<std::string>{"GPU-a"}, twice) == Devices{{"GPU-a", 1}});
}

}  // namespace evolt
