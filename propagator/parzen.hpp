#pragma once

#include "core/rng.hpp"
#include "propagator/kernel_density.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

struct ParzenOptions {
  double good_share = 0.1;      ///< of all results, the best so many are *good*
  std::size_t most_good = 25;   ///< but never more
  std::size_t bad = 150;        ///< newest others that are *bad*
  std::size_t pending = 64;     ///< running trials that count as bad, evenly picked
  std::size_t candidates = 24;  ///< drawn from the good; the one least like the bad is taken
  double bad_width = 0.07;      ///< of a kernel around a bad one
};

/// The tree-structured Parzen estimator with joint kernels: draws around the good results and keeps
/// what is likeliest to be good rather than bad.
///
/// Good: the best that were trained to the end; one that was stopped early is bad, as far as its
/// value says. Bad: the newest others, the failed and those that still run, so that parallel
/// proposals keep apart. Nothing good yet: a stranger (see Immigrant). Several objectives: the
/// order of the archive decides. Cost: about candidates * (good + bad) * genes multiplications,
/// whatever the number of trials. Source: Bergstra et al. 2011, "Algorithms for hyper-parameter
/// optimization", section 4; joint kernels of Falkner et al. 2018, "BOHB". We give all bad kernels
/// one narrow width, where both use the same rule for good and bad: measured, see docs/search.md.
class Parzen {
 public:
  static constexpr std::string_view kName = "parzen";

  /// Errors: ConfigError for a share outside (0, 1], no candidates, or a width that is not
  /// positive.
  explicit Parzen(ParzenOptions options = {});

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  ParzenOptions options_;
  KernelWidth bad_width_;
};

}  // namespace evolt
