#include "propagator/evolution.hpp"

#include "propagator/blend_crossover.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/mix.hpp"
#include "propagator/mutation.hpp"
#include "propagator/pipeline.hpp"
#include "propagator/rank_selection.hpp"
#include "propagator/tournament.hpp"
#include "propagator/uniform_crossover.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {

// The constants were fitted on sphere, ellipsoid, Rosenbrock and Rastrigin functions in 5 to 20
// dimensions, their mixed-integer forms and five tables of trained models, with 1 and with 16
// slots. Their exact values matter little; that steps are large enough to leave a plateau does.
Propagator evolution(const Encoding& encoding) {
  bool numbers = false;
  bool all_continuous = true;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    numbers = numbers || encoding.choices(i) == 0;
    all_continuous = all_continuous && encoding.levels(i) == 0;
  }
  const RankSelection one({.pressure = 2.5, .count = 1});
  const RankSelection two({.pressure = 2.5, .count = 2});
  const Mutation mutation({.more = 0.65, .scale = 0.4, .decades = 2});

  std::vector<Share> shares;
  shares.push_back(
      {0.35, Pipeline("uniform", {Tournament(3, 2), UniformCrossover(0.3), mutation})});
  if (numbers) {
    shares.push_back({0.35, Pipeline("blend", {two, BlendCrossover(0.5)})});
  }
  shares.push_back({0.25, Pipeline("mutation", {one, mutation})});
  if (all_continuous) {
    // Elsewhere small steps only breed more of the same value.
    const RankSelection elite({.among = 4, .pressure = 2, .count = 1});
    const Mutation fine({.more = 0.35, .scale = 0.05, .decades = 3});
    shares.push_back({0.10, Pipeline("climb", {elite, fine})});
  }
  shares.push_back({0.05, Immigrant()});
  return Mix(std::move(shares), "evolution");
}

}  // namespace evolt
