#include "propagator/nelder_mead.hpp"

#include "propagator/immigrant.hpp"
#include "propagator/reflect.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace evolt {

NelderMead::NelderMead(const Encoding& encoding) {
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.choices(i) == 0 && encoding.levels(i) != 1) {
      numbers_.push_back(i);
    }
  }
}

Brood NelderMead::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                        Rng& rng) const {
  if (simplex_.size() < 2) {
    return Immigrant().breed(ground, {}, rng);
  }
  const Individual& best = simplex_.front();
  const std::size_t others = std::min(ground.archive.pending(), simplex_.size() - 2);
  const std::size_t corner = simplex_.size() - 1 - rng.below(others + 1);
  Offspring offspring{.genome = best.genome,
                      .lineage = {.propagator = std::string(name()), .parents = {}}};
  const double far = move_ == Move::expand             ? 2
                     : move_ == Move::contract_outside ? 0.5
                     : move_ == Move::contract_inside  ? -0.5
                                                       : 1;
  for (const std::size_t i : numbers_) {
    const double from = simplex_[corner].genome.genes[i];
    double& gene = offspring.genome.genes[i];
    if (move_ == Move::shrink) {
      gene = (gene + from) / 2;
      continue;
    }
    double centre = 0;
    for (std::size_t k = 0; k < simplex_.size(); ++k) {
      centre += k == corner ? 0 : simplex_[k].genome.genes[i];
    }
    centre /= static_cast<double>(simplex_.size() - 1);
    gene = reflect(centre + far * (centre - from));
  }
  for (const Individual* const parent : {&best, &simplex_[corner]}) {
    if (ground.archive.find(parent->id) != nullptr) {
      offspring.lineage.parents.push_back(parent->id);
    }
  }
  Brood brood;
  brood.push_back(std::move(offspring));
  return brood;
}

/// What an own result, not yet in the simplex, calls for.
NelderMead::Move NelderMead::after(const Individual& individual) const {
  if (better(individual, simplex_.front())) {
    return move_ == Move::expand ? Move::reflect : Move::expand;
  }
  if (better(individual, simplex_[simplex_.size() - 2])) {
    return Move::reflect;
  }
  if (better(individual, simplex_.back())) {
    return Move::contract_outside;
  }
  const bool contracted = move_ == Move::contract_inside || move_ == Move::contract_outside;
  return contracted || move_ == Move::shrink ? Move::shrink : Move::contract_inside;
}

void NelderMead::observe(const Individual& individual) {
  if (std::isnan(individual.violation) ||
      std::any_of(individual.scores.begin(), individual.scores.end(),
                  [](double score) { return std::isnan(score); })) {
    return;
  }
  if (individual.lineage.propagator == name() && simplex_.size() >= 2) {
    move_ = after(individual);
  }
  const auto place = std::upper_bound(simplex_.begin(), simplex_.end(), individual, better);
  simplex_.insert(place, individual);
  if (simplex_.size() > std::max<std::size_t>(most(), 2)) {
    simplex_.pop_back();
  }
}

}  // namespace evolt
