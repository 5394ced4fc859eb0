#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

/// The simplex method, one proposal at a time, without waiting for any.
///
/// The simplex is the best n + 1 individuals seen, whoever bred them. A proposal reflects one of
/// its worst corners at the centre of the others; what the last own result was decides how far: a
/// new best is followed by an expansion (2), one within by a reflection (1), a worse one than the
/// second worst by a contraction outside (1/2), one worse than all by a contraction inside (-1/2),
/// and a second such by a corner drawn halfway to the best (shrinking). With one slot the corner
/// is the worst; each pending trial makes the next worst one likelier, so that parallel proposals
/// differ. Beyond the range numbers are reflected. Choices, and numbers that sleep, are those of
/// the best. NaN scores are ignored. Fewer than two known: strangers. Source: Nelder & Mead 1965,
/// "A Simplex Method for Function Minimization", coefficients 1, 2, 1/2, 1/2.
class NelderMead {
 public:
  /// Requires: `encoding` outlives this.
  explicit NelderMead(const Encoding& encoding);

  std::string_view name() const { return "nelder_mead"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
  void observe(const Individual& individual);

 private:
  enum class Move { reflect, expand, contract_outside, contract_inside, shrink };

  std::size_t most() const { return numbers_.size() + 1; }
  Move after(const Individual& individual) const;

  std::vector<std::size_t> numbers_;  ///< genes
  std::vector<Individual> simplex_;   ///< best first
  Move move_ = Move::reflect;
};

}  // namespace evolt
