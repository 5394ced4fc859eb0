#include "proto/convert.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace evolt {

TEST_CASE("size: an individual of ten parameters crosses the wire in 150 bytes", "[proto]") {
  Individual individual{
      .id = TrialId{3, 1023, 250'000},
      .genome = {},
      .scores = {0.123456789},
      .lineage = {.propagator = "blend",
                  .parents = {TrialId{3, 512, 249'000}, TrialId{3, 77, 248'000}}}};
  for (int i = 0; i < 10; ++i) {
    individual.genome.genes.push_back(0.1 * i + 0.0123456789);
  }
  std::string frame;
  append_encoded(Parcel{.message = Admitted{IslandId{31}, individual},
                        .broadcast = Broadcast{RankId{1023}, IslandId{31}}},
                 frame);
  CHECK(frame.size() <= 150);
}

}  // namespace evolt
