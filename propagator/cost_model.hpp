#pragma once

#include "core/individual.hpp"
#include "propagator/encoding.hpp"

#include <cstddef>
#include <vector>

namespace evolt {

/// What a trial will cost, told from what others cost: the logarithm of the cost as a linear
/// function of the genes.
///
/// Least squares with a prior on each slope (Bayesian linear regression), so that it has an answer
/// from the first result on, and before: a whole number is taken for a count of what costs
/// (layers, units, examples), rising by a factor of e over its range, until results say otherwise;
/// everything else for free. A choice has a term for each value, a gene that sleeps has none. Costs
/// are products more often than sums, which is why logarithms are added. Cost: observe O(p^2) for p
/// terms; the first question after results O(p^3).
/// Source: costs are learnt beside the objective as in Snoek, Larochelle & Adams 2012, "Practical
/// Bayesian optimization of machine learning algorithms", section 3.2; there with a Gaussian
/// process.
class CostModel {
 public:
  /// Requires: `encoding` outlives this.
  explicit CostModel(const Encoding& encoding);

  /// A result. Requires: a finite `log_cost`.
  void add(const Genome& genome, double log_cost);

  /// The cost of a genome that was added became known better.
  void correct(const Genome& genome, double before, double after);

  std::size_t results() const { return results_; }

  /// The logarithm of the cost; relative to nothing known while there is no result.
  double log_cost(const Genome& genome);

 private:
  std::vector<double> terms_of(const Genome& genome) const;
  void fit();

  const Encoding* encoding_;
  std::vector<std::size_t> first_;  ///< the first term of each gene; term 0 is the constant
  std::vector<double> expected_;    ///< of each coefficient, before any result
  std::vector<double> squares_;     ///< X'X and the prior's precision, row by row
  std::vector<double> products_;    ///< X'(y - X expected)
  std::vector<double> slopes_;
  std::size_t results_ = 0;
  std::size_t changes_ = 0;
  std::size_t fitted_ = 0;  ///< when there were so many changes
};

}  // namespace evolt
