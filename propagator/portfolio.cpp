#include "propagator/portfolio.hpp"

#include "propagator/bandit.hpp"
#include "propagator/differential_evolution.hpp"
#include "propagator/elitist.hpp"
#include "propagator/extra_trees.hpp"
#include "propagator/parzen.hpp"
#include "propagator/transfer.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace evolt {

Propagator portfolio(const Encoding& encoding, std::span<const Params> prior) {
  std::vector<Arm> arms;
  if (!prior.empty()) {
    arms.push_back({.propagator = Transfer(encoding, prior), .wins = 8, .losses = 2});
  }
  arms.push_back({.propagator = ExtraTrees(encoding), .wins = 6, .losses = 2});
  arms.push_back({.propagator = Parzen(), .wins = 3, .losses = 2});
  arms.push_back({.propagator = DifferentialEvolution(), .wins = 1.5, .losses = 2});
  arms.push_back({.propagator = Elitist(), .wins = 1.5, .losses = 2});
  return Bandit(std::move(arms));
}

}  // namespace evolt
