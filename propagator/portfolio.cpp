#include "propagator/portfolio.hpp"

#include "propagator/bandit.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/differential_evolution.hpp"
#include "propagator/elitist.hpp"
#include "propagator/extra_trees.hpp"
#include "propagator/parzen.hpp"
#include "propagator/transfer.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {

namespace {

bool has_choices(const Encoding& encoding) {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.choices(i) > 0) {
      return true;
    }
  }
  return false;
}

/// Whether some parameter is not always active.
bool has_branches(const Encoding& encoding) {
  const auto& parameters = encoding.space().parameters();
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Parameter& parameter) { return !parameter.when.all.empty(); });
}

}  // namespace

// How shares and beliefs were chosen: docs/search.md.
Propagator portfolio(const Encoding& encoding, std::span<const Params> prior) {
  std::vector<Arm> arms;
  if (!prior.empty()) {
    arms.push_back({.propagator = Transfer(prior), .wins = 8, .losses = 2});
  }
  if (has_choices(encoding) || has_branches(encoding)) {
    arms.push_back({.propagator = ExtraTrees(encoding), .wins = 6});
    arms.push_back({.propagator = Parzen(), .wins = 3});
    arms.push_back({.propagator = DifferentialEvolution()});
    arms.push_back({.propagator = Elitist()});
  } else {
    // Samples of a distribution are rarely among the best of their time, yet they are what moves
    // it: credit by rank alone would starve CMA-ES.
    arms.push_back({.propagator = CmaEs(encoding), .wins = 6, .reserved = 0.7});
    arms.push_back({.propagator = ExtraTrees(encoding), .wins = 3});
  }
  return Bandit(std::move(arms));
}

}  // namespace evolt
