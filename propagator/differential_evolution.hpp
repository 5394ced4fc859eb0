#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string_view>

namespace evolt {

/// Differential evolution, current-to-pbest/1/bin, as a steady state.
///
/// x + F (p - x) + F (a - b): x one of the living, p one of its best 15 % (at least 2), a another
/// living one, b any of the best the archive keeps. Each active gene takes part with probability
/// CR, one of them always; (F, CR) is drawn each time from four fixed pairs. A choice copies p or,
/// half as often, a. Beyond its range a gene is reflected. Genes that sleep in a donor stay as they
/// are. Fewer than 4 individuals: a stranger.
/// Source: Zhang & Sanderson 2009, "JADE", equation 7; pairs of Wang, Cai & Zhang 2011, "CoDE",
/// and (0.5, 0.9) of Storn & Price 1997. No memory of what worked: Tanabe 2024 finds fixed pairs
/// better on mixed-integer problems. Theirs replace x by its child; here the archive chooses.
class DifferentialEvolution {
 public:
  std::string_view name() const { return "differential_evolution"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
};

}  // namespace evolt
