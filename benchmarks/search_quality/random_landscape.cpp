#include "benchmarks/search_quality/random_landscape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace evolt {
namespace {

/// The genome of an allowed configuration in a branch, as its decoded values encode.
Genome random_in_branch(const Encoding& encoding, std::size_t branch, Rng& rng) {
  Genome genome = encoding.random(rng);
  genome.genes[0] = static_cast<double>(branch);
  for (std::size_t i = 1; i < encoding.size(); ++i) {
    if (encoding.levels(i) == 0 && rng.chance(0.15)) {
      genome.genes[i] = rng.chance(0.5) ? 0 : 1;  // the best value is often one at the edge
    }
  }
  return encoding.encode(encoding.decode(genome));
}

}  // namespace

RandomLandscape::RandomLandscape(const SearchSpace& space, Rng& rng)
    : encoding_(space), best_branch_(rng.below(encoding_.choices(0))), diverging_(space.size()) {
  for (std::size_t branch = 0; branch < encoding_.choices(0); ++branch) {
    branches_.push_back({branch == best_branch_ ? 0 : rng.uniform(0.02, 0.5),
                         random_in_branch(encoding_, branch, rng)});
  }
  std::vector<std::size_t> numbers;
  std::vector<std::size_t> choices;
  for (std::size_t i = 0; i < encoding_.size(); ++i) {
    Term term{.weight = std::pow(10.0, rng.uniform(-1.2, 0.8)),
              .shape = static_cast<Shape>(rng.below(4))};
    for (std::size_t choice = 0; choice < encoding_.choices(i); ++choice) {
      term.costs.push_back(rng.uniform(0.05, 0.6));
    }
    terms_.push_back(std::move(term));
    (encoding_.choices(i) > 0 ? choices : numbers).push_back(i);
  }
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    valleys_.push_back({numbers[i], numbers[i + 1 + rng.below(numbers.size() - i - 1)],
                        rng.chance(0.5) ? 1.0 : -1.0, rng.uniform(1, 10)});
  }
  for (const std::size_t choice : choices) {
    if (choice > 0 && !numbers.empty()) {
      moves_.push_back({choice, numbers[rng.below(numbers.size())], rng.uniform(-0.4, 0.4), 0});
    }
  }
  if (!numbers.empty() && rng.chance(0.5)) {
    diverging_ = numbers[rng.below(numbers.size())];
    for (const Branch& branch : branches_) {
      edge_ = std::min(edge_, 1 - branch.best.genes[diverging_]);
    }
    edge_ = 1 - edge_ / 2;  // halfway between the highest optimum and the end
  }
}

double RandomLandscape::deviation(const Genome& genome, const Branch& branch,
                                  std::size_t gene) const {
  double best = branch.best.genes[gene];
  for (const Pair& move : moves_) {
    if (move.second == gene && genome.genes[move.first] != branch.best.genes[move.first]) {
      best += move.slope;
    }
  }
  return genome.genes[gene] - best;
}

double RandomLandscape::term(const Term& term, double deviation) const {
  const double size = std::abs(deviation);
  switch (term.shape) {
    case Shape::smooth:
      return term.weight * size * size;
    case Shape::sharp:
      return term.weight * size / 2;
    case Shape::tolerant:
      return term.weight * std::max(0.0, size - 0.05);
    case Shape::rippled: {
      const double wave = std::sin(6 * std::numbers::pi * deviation);
      return term.weight * (size * size + 0.05 * wave * wave);
    }
  }
  return 0;
}

double RandomLandscape::loss(const Params& params) const {
  const Genome genome = encoding_.encode(params);
  const Branch& branch = branches_[static_cast<std::size_t>(genome.genes[0])];
  const ActiveMask active = encoding_.active_mask(genome);
  double sum = branch.handicap;
  for (std::size_t i = 1; i < encoding_.size(); ++i) {
    if (!active[i]) {
      continue;
    }
    if (i == diverging_ && genome.genes[i] > edge_) {
      return 1 - 1e-3 / (1 + genome.genes[i]);
    }
    const Term& own = terms_[i];
    if (own.costs.empty()) {
      sum += term(own, deviation(genome, branch, i));
    } else if (genome.genes[i] != branch.best.genes[i]) {
      sum += own.costs[static_cast<std::size_t>(genome.genes[i])];
    }
  }
  for (const Pair& valley : valleys_) {
    if (active[valley.first] && active[valley.second]) {
      const double across = deviation(genome, branch, valley.first) +
                            valley.slope * deviation(genome, branch, valley.second);
      sum += valley.weight * across * across;
    }
  }
  return sum / (1 + sum);
}

Params RandomLandscape::optimum() const {
  return encoding_.decode(branches_[best_branch_].best);
}

}  // namespace evolt
