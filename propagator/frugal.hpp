#pragma once

#include "core/ids.hpp"
#include "core/rng.hpp"
#include "propagator/cost_model.hpp"
#include "propagator/gain.hpp"
#include "propagator/mutation.hpp"
#include "propagator/propagator.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

struct FrugalOptions {
  std::size_t cost = 0;       ///< which of the scores is the cost
  std::int64_t trials = 0;    ///< the budget of the study; 0: not known
  double others = 0.2;        ///< share of the cost that is for the proposals of `inner`
  std::size_t near = 32;      ///< candidates around the front
  std::size_t anywhere = 32;  ///< candidates from the whole space
};

/// Search where one of several objectives is what a trial costs: what promises most for its cost is
/// tried first, so that the search begins with what is cheap and pays for dear trials only where
/// they may be better than all that cost less.
///
/// Of some candidates, near the front and anywhere, the one with the largest expected gain of the
/// front (CostFront) divided by its cost to the power of what is left of the budget: in the end
/// only the gain counts. Costs are foretold by a CostModel; errors by the mean and the deviation of
/// the results around (normal kernels of a fifth of each range, and one result's weight for the
/// mean of all), on a scale from the best, 0, to the median, 1. Before there are two results, the
/// cheapest candidate.
///
/// `inner`, which looks at no price, has a share `others` of the cost: what it bred waits until it
/// can be paid for. So whatever the models get wrong, and where all that is cheap is bad, the
/// search without a cost goes on with that share, and what it would find comes at no more than 1 /
/// `others` times what it would cost alone.
///
/// A score that is no cost (not above 0) and a NaN teach nothing. More than one other objective:
/// each proposal weighs them anew (augmented Tchebycheff; Knowles 2006, "ParEGO").
/// Source: gain by cost as in Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization of
/// machine learning algorithms", section 3.2; cooling as in Lee, Perrone, Archambeau & Seeger 2020,
/// "Cost-aware Bayesian optimization", section 4, there by the spent part of a budget of costs,
/// here of trials; that a search should start where it is cheap, Wu, Wang & Huang 2021, "Frugal
/// optimization for cost-related hyperparameters". docs/search.md has the measurements.
class Frugal {
 public:
  static constexpr std::string_view kName = "frugal";

  /// Requires: `encoding` outlives this; `inner` breeds one offspring from the archive. Errors:
  /// ConfigError for `others` outside [0, 1] and for no candidates.
  Frugal(const Encoding& encoding, Propagator inner, FrugalOptions options);

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  /// What is remembered of a result.
  struct Result {
    TrialId id;
    Genome genome;
    ActiveMask mask;
    std::vector<double> errors;  ///< the other scores
    double violation = 0;
    double log_cost = 0;
  };

  double patience() const;
  std::vector<double> scaled_errors(Rng& rng) const;
  CostFront front_of(std::span<const double> errors, double most) const;
  Prospect prospect(const Genome& genome, double log_cost, std::span<const double> errors) const;
  Offspring candidate(const Ground& ground, std::size_t number, Rng& rng) const;
  Offspring choose(const Ground& ground, Rng& rng);
  std::optional<Offspring> affordable(const Ground& ground, std::span<const Offspring> parents,
                                      Rng& rng);
  void forget();

  const Encoding* encoding_;
  Propagator inner_;
  FrugalOptions options_;
  Mutation mutation_;
  CostModel costs_;
  std::vector<Result> results_;  ///< by arrival
  absl::flat_hash_map<TrialId, std::size_t> result_of_;
  absl::flat_hash_set<GenomeKey> tried_;
  std::size_t observed_ = 0;
  std::optional<Offspring> waiting_;  ///< bred by `inner`, and too dear until now
  double spent_ = 0;                  ///< foretold cost of all that was bred here
  double spent_inner_ = 0;            ///< of it, of what `inner` bred
};

}  // namespace evolt
