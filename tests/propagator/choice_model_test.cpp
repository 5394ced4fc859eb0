#include "propagator/choice_model.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("choice model: begins even", "[propagator]") {
  const ChoiceModel model({2, 4}, 0.1);
  CHECK(model.probabilities(0) == std::vector<double>{0.5, 0.5});
  CHECK(model.probabilities(1) == std::vector<double>(4, 0.25));
}

TEST_CASE("choice model: finds the better choices and keeps the others alive", "[propagator]") {
  ChoiceModel model({2, 4, 3}, 0.1);
  Rng rng{1};
  for (int generation = 0; generation < 60; ++generation) {
    std::vector<ChoiceRow> rows(8);
    std::vector<std::pair<int, std::size_t>> ranked;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t i = 0; i < model.size(); ++i) {
        rows[r].picks.push_back(model.sample(i, rng));
      }
      ranked.emplace_back((rows[r].picks[0] != 1) + (rows[r].picks[1] != 2), r);
    }
    std::sort(ranked.begin(), ranked.end());
    for (std::size_t k = 0; k < 4; ++k) {
      rows[ranked[k].second].weight = 0.25;
    }
    model.update(rows);
  }
  CHECK(model.probabilities(0)[1] == Approx(0.9));
  CHECK(model.probabilities(1)[2] == Approx(0.9));
  for (std::size_t i = 0; i < model.size(); ++i) {
    const auto& q = model.probabilities(i);
    CHECK(std::accumulate(q.begin(), q.end(), 0.0) == Approx(1));
    CHECK(*std::min_element(q.begin(), q.end()) >= 0.1 / static_cast<double>(q.size() - 1) - 1e-9);
  }
}

TEST_CASE("choice model: a gene that slept in every row, and one of no weight", "[propagator]") {
  ChoiceModel model({3, 3}, 0.1);
  const std::vector<ChoiceRow> rows{{.picks = {0, -1}, .weight = 1},
                                    {.picks = {1, 2}, .weight = -0.5}};
  model.update(rows);
  CHECK(model.probabilities(0)[0] > 0.5);
  CHECK(model.probabilities(1) == std::vector<double>(3, 1.0 / 3));
  ChoiceModel none({}, 0.1);
  none.update(std::vector<ChoiceRow>{{.picks = {}, .weight = 1}});
  CHECK(none.size() == 0);
}

TEST_CASE("choice model: samples by its probabilities", "[propagator]") {
  ChoiceModel model({3}, 0.1);
  Rng rng{1};
  std::vector<int> count(3);
  for (int i = 0; i < 3'000; ++i) {
    ++count[static_cast<std::size_t>(model.sample(0, rng))];
  }
  for (const int one : count) {
    CHECK(one > 900);
    CHECK(one < 1'100);
  }
}

}  // namespace
}  // namespace evolt
