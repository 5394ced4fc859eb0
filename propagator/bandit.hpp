#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A propagator of a Bandit, with what is believed of it before it was tried: the wins and losses
/// of a Beta distribution.
struct Arm {
  Propagator propagator;
  double wins = 1.5;
  double losses = 2;
  double reserved = 0;    ///< share of the turns that it has in any case
  std::size_t after = 0;  ///< results observed before its first turn
};

struct BanditOptions {
  double memory = 0.985;   ///< what one result more leaves of what was learnt
  double explored = 0.12;  ///< how often any arm has its turn
  double strictness =
      2.5;  ///< nothing is won where 1 / strictness of the recent results are better
};

/// Several propagators that take turns; those that lately brought good results have more.
///
/// Some turns are reserved. For the others, discounted Thompson sampling: each arm draws from its
/// Beta distribution and the highest has its turn; with probability `explored`, any. Credit comes
/// with each observed individual, whichever rank bred it, to the arm that its lineage names: max(0,
/// 1 - strictness q) of a win, q the share of the last 60 observed that are better (for several
/// objectives: that dominate it), the rest of a loss. Sums forget no order: late and disordered
/// results teach the same. Offspring with parents bear the name of their arm; those without keep
/// what they have, for example `immigrant`. Individuals with a NaN are not compared. All arms
/// observe everything. Source: credit by rank as in Fialho, Schoenauer & Sebag 2010, "Toward
/// comparison-based adaptive operator selection"; choice as in Sun & Li 2020, "Adaptive operator
/// selection based on dynamic Thompson sampling", with a discount in place of their cap on the sum.
class Bandit {
 public:
  /// How one arm fared.
  struct Record {
    std::string propagator;
    std::int64_t results = 0;  ///< observed
    std::int64_t bests = 0;    ///< of those: better than all before (or dominated by none before)
    double wins = 0;           ///< credit, without forgetting
  };

  /// Errors: ConfigError when no arm has its turn from the start, when two have the same name, when
  /// one does not breed one offspring from the archive, and when a number is not positive and
  /// finite or a probability above 1.
  explicit Bandit(std::vector<Arm> arms, BanditOptions options = {});

  std::string_view name() const { return "bandit"; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

  /// One per arm, in their order.
  const std::vector<Record>& records() const { return records_; }

 private:
  static constexpr std::size_t kRecent = 60;

  bool is_due(const Arm& arm) const { return arm.after <= observed_; }
  std::size_t choose(Rng& rng) const;
  void credit(std::size_t arm, double won);

  std::vector<Arm> arms_;  ///< with what they won and lost since
  BanditOptions options_;
  std::vector<Record> records_;
  std::size_t observed_ = 0;
  std::vector<Individual> recent_;  ///< a ring
  std::size_t oldest_ = 0;
  std::vector<Individual> front_;  ///< dominated by nothing observed; one for one objective
};

}  // namespace evolt
