#pragma once

#include "core/rng.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// What one evaluated configuration chose, and what its rank is worth.
struct ChoiceRow {
  std::vector<std::int64_t> picks;  ///< one per gene; -1 where the gene slept
  double weight = 0;                ///< positive weights sum to 1; others teach nothing
};

/// Independent probabilities of the choices of some genes, which follow the better half.
///
/// They move along the natural gradient by a step that grows while successive gradients agree and
/// shrinks while they contradict each other. Source: Hamano, Saito, Nomura, Uchida & Shirakawa
/// 2024, "CatCMA: Stochastic Optimization for Mixed-Category Problems", section 4 (categorical
/// part), after Akimoto et al. 2019, "Adaptive Stochastic Natural Gradient Method for One-Shot
/// Neural Architecture Search", algorithm 1. No probability falls below `margin` / (K - 1); a gene
/// that sleeps in a row learns nothing from it.
class ChoiceModel {
 public:
  /// Requires: every count > 1; 0 < margin < 1/2.
  ChoiceModel(const std::vector<std::size_t>& counts, double margin);

  std::size_t size() const { return probabilities_.size(); }
  std::int64_t sample(std::size_t gene, Rng& rng) const;
  const std::vector<double>& probabilities(std::size_t gene) const { return probabilities_[gene]; }

  void update(std::span<const ChoiceRow> rows);

 private:
  void adapt(const std::vector<std::vector<double>>& gradient);
  void keep_margins();

  std::vector<std::vector<double>> probabilities_;
  std::vector<std::vector<double>> path_;
  double margin_;
  double freedom_ = 0;      ///< number of probabilities that can be chosen freely
  double path_weight_ = 0;  ///< what the squared length of the path would be at random
  double step_ = 1;
};

}  // namespace evolt
