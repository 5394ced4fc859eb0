#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/encoding.hpp"
#include "propagator/foresight.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

/// Goes where a quadratic model around the best is lowest, no further than it may be trusted.
///
/// The model is a Foresight in the box of half-width `radius` around the best. A proposal starts
/// from a random point of a random part of that box and goes down the model gene by gene, so that
/// several at once differ. Where the model ranks the newest results no better than by a third, or
/// there is none yet, the proposal is a normal step of that radius from the best instead (a poll).
/// An own result that is a new best doubles the radius (up to 1/2); any other that was bred from
/// the present best shrinks it by 2^(-1/4): one success in five keeps it (Rechenberg 1973). Below
/// 1e-9 it starts again from 0.2. Choices and sleeping numbers stay as the best has them.
///
/// NaN scores are ignored; with several objectives the best is one that no later one dominates.
/// Nobody known: strangers. Source: trust regions as in Powell 2009, "The BOBYQA Algorithm", with
/// regression in place of interpolation; no wait for any result.
class Quadratic {
 public:
  /// Requires: `encoding` outlives this.
  explicit Quadratic(const Encoding& encoding);

  std::string_view name() const { return "quadratic"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  std::vector<double> numbers_of(const Genome& genome) const;
  std::vector<double> lowest(Rng& rng) const;
  void fit();

  const Encoding* encoding_;
  std::vector<std::size_t> numbers_;  ///< genes
  Foresight model_;
  std::optional<Individual> best_;
  double radius_;
  double agreement_ = -1;
  bool outdated_ = false;     ///< results came that the model has not seen
  std::size_t unfitted_ = 0;  ///< results of others since then
};

}  // namespace evolt
