#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace evolt {

/// How well the order of trials by an early value foretells their order by a later one, learnt
/// from the trials that got that far.
///
/// Each trial is compared with the `kPartners` that came before it; it counts by the share of these
/// pairs that stand in the same order twice. Pairs with equal late values say nothing; equal early
/// values count a half. That is Kendall's tau (tau = 2 concordance - 1) over a window, and says the
/// same whatever scale the values are on. Older trials fade, because a search moves to regions
/// where trials are closer to each other. Cost: O(kPartners) a trial.
class Agreement {
 public:
  static constexpr std::size_t kPartners = 64;

  /// Requires: finite.
  void add(double early, double late);

  /// Trials that were compared, the older ones counting less; at most `kMemory`.
  double trials() const { return trials_; }

  /// Mean share of pairs in the same order, with `weight` trials more that have `expected`.
  double concordance(double expected, double weight) const {
    return (concordant_ + expected * weight) / (trials_ + weight);
  }

  /// The newest early and late values that were added, in no order; at most `kPartners`.
  std::span<const std::pair<double, double>> newest() const {
    return std::span(partners_).first(known_);
  }

  /// What a trial with that early value would come to.
  struct Foretold {
    double late = 0;
    double slope = 1;     ///< by how much `late` follows `early`
    double variance = 0;  ///< of what is left over
  };

  /// By least squares over all trials that were added, the older ones fading here too; the slope is
  /// kept within 0 and 1, so that those far behind are not foretold to overtake, and nobody is
  /// foretold to be better than the best that came. Without trials: `early` itself.
  Foretold foretell(double early) const;

 private:
  static constexpr double kMemory = 200;

  void remember(double early, double late);

  std::array<std::pair<double, double>, kPartners> partners_{};
  std::size_t next_ = 0;
  std::size_t known_ = 0;
  double trials_ = 0;
  double concordant_ = 0;
  double seen_ = 0;
  double early_ = 0;  ///< means
  double late_ = 0;
  double early_variance_ = 0;
  double late_variance_ = 0;
  double covariance_ = 0;
  double best_late_ = 0;
};

}  // namespace evolt
