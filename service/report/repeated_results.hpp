#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// The results of configurations that may have been evaluated several times, because results are
/// noisy; one objective, smaller is better. A configuration goes by the number of the trial that
/// was first bred with it.
class RepeatedResults {
 public:
  /// Requires: configuration >= 1; a finite score.
  void add(std::int64_t configuration, double score);

  /// Whether any configuration was evaluated twice.
  bool any() const { return repeated_; }

  /// The configuration that is best by its mean and one standard error, the spread of single
  /// results being estimated over all that were repeated; of equals the first. 0: there is none.
  std::int64_t best() const;

  /// Requires: it has a result.
  double mean(std::int64_t configuration) const { return at(configuration).mean; }
  std::int64_t count(std::int64_t configuration) const { return at(configuration).count; }

 private:
  struct Results {
    std::int64_t count = 0;
    double mean = 0;
    double squares = 0;  ///< of the distances from the mean, summed up (Welford 1962)
  };
  const Results& at(std::int64_t configuration) const {
    return results_[static_cast<std::size_t>(configuration - 1)];
  }

  std::vector<Results> results_;  ///< by number - 1
  bool repeated_ = false;
  mutable std::int64_t best_ = 0;
  mutable bool outdated_ = false;
};

}  // namespace evolt
