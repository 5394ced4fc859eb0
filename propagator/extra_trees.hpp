#pragma once

#include "core/rng.hpp"
#include "propagator/mutation.hpp"
#include "propagator/propagator.hpp"
#include "propagator/random_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace evolt {

struct ExtraTreesOptions {
  std::size_t trees = 16;
  std::size_t asked = 4;      ///< trees that judge one proposal, drawn anew for each
  std::size_t rows = 256;     ///< results that one tree is grown from, drawn anew for each
  double optimism = 1.5;      ///< standard deviations between trees taken off their mean
  std::size_t near = 100;     ///< candidates around the best
  std::size_t anywhere = 30;  ///< candidates from the whole space
  std::size_t elites = 10;    ///< the best so many have candidates around them
  MutationOptions mutation{.more = 0.5, .scale = 0.4, .decades = 2};
};

/// Search with a forest of extremely randomized trees as a model of the results: of some candidates
/// around the best and some from anywhere, the one that a few of the trees judge most promising.
///
/// Trees learn the rank of a result among those remembered, so scales and outliers do not matter;
/// each proposal asks other trees, so that parallel proposals differ. Remembered are at most 1024:
/// the best 256 and the newest. A tree that is asked is grown anew where it is out of date: while
/// there are few results after each, later after more and more; for the next proposal, unless that
/// is quickly done. Several objectives: each tree learns another random weighting of the ranks
/// (augmented Tchebycheff: Knowles 2006, "ParEGO", equation 2). Fewer results than trees: a
/// stranger. Source: Hutter, Hoos & Leyton-Brown 2011, "Sequential model-based optimization for
/// general algorithm configuration" (SMAC), with the trees of Geurts et al. 2006; a lower
/// confidence bound over few random trees in place of expected improvement, and single trees
/// replaced in turn.
class ExtraTrees {
 public:
  static constexpr std::string_view kName = "extra_trees";

  /// Requires: `encoding` outlives this. Errors: ConfigError when a number is 0 or `optimism`
  /// negative or not finite.
  explicit ExtraTrees(const Encoding& encoding, ExtraTreesOptions options = {});

  std::string_view name() const { return kName; }
  Arity arity() const { return {.parents = std::nullopt, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  struct Result {
    double violation = 0;
    double score = 0;  ///< the only objective, or a weighting of the ranks in each
  };

  struct Tree {
    RandomTree tree;
    std::size_t grown = 0;  ///< when so many results had come; 0: never
  };

  void fill_row(const Genome& genome, std::span<float> row) const;
  void weigh();
  void rank();
  void forget();
  std::vector<const RandomTree*> draw_judges(Rng& rng);
  std::size_t patience() const;
  bool is_outdated(const Tree& tree) const;
  void grow(Tree& tree);
  double promise(std::span<const RandomTree* const> judges, FeatureRow row) const;
  Offspring candidate_near(const Archive& archive, Rng& rng) const;

  const Encoding* encoding_;
  ExtraTreesOptions options_;
  Mutation mutation_;
  Rng rng_;
  std::vector<std::uint8_t> is_choice_;

  // What is remembered, in order of arrival.
  std::vector<float> features_;
  std::vector<double> scores_;  ///< of all objectives, row after row
  std::vector<Result> results_;

  std::vector<std::uint32_t> order_;    ///< best first
  std::vector<std::uint32_t> targets_;  ///< by row: its rank, from 0 to kWorst
  std::vector<Tree> trees_;
  std::vector<std::size_t> outdated_;  ///< those asked last that were out of date
  std::size_t arrived_ = 0;            ///< results
  std::size_t ranked_ = 0;             ///< when so many had come
};

}  // namespace evolt
