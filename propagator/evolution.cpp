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
#include <vector>

namespace evolt {

Propagator evolution(const Encoding& encoding) {
  bool numeric = false;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    numeric = numeric || encoding.choices(i) == 0;
  }
  const Mutation mutation;
  const Mutation fine(MutationOptions{.more = 0.35, .scale = 0.05, .decades = 3});
  std::vector<Share> shares;
  shares.push_back(
      {0.30, Pipeline("uniform", {RankSelection({.count = 2}), UniformCrossover(0.3), mutation})});
  if (numeric) {
    shares.push_back({0.30, Pipeline("blend", {Tournament(2, 2), BlendCrossover(0.5)})});
    shares.push_back({0.15, Pipeline("climb", {RankSelection({.among = 4, .count = 1}), fine})});
  }
  shares.push_back({0.22, Pipeline("mutation", {RankSelection({.count = 1}), mutation})});
  shares.push_back({0.03, Immigrant()});
  return Mix(std::move(shares));
}

}  // namespace evolt
