#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// The mean of a forest of regression trees.
class Forest {
 public:
  /// A node, or with `feature` < 0 a leaf. Children are positions in the whole forest.
  struct Node {
    std::int32_t feature = -1;
    std::int32_t left = 0;
    std::int32_t right = 0;
    double number = 0;  ///< threshold, or the value of a leaf
  };

  /// Requires: every tree ends in leaves, and its nodes follow its root.
  Forest(std::vector<Node> nodes, std::vector<std::int32_t> roots);

  double predict(std::span<const double> features) const;

 private:
  std::vector<Node> nodes_;
  std::vector<std::int32_t> roots_;
};

/// A tabled machine-learning problem: the space of a model's hyperparameters, and forests that were
/// fitted to configurations that were really trained. Deterministic and piecewise constant.
/// The format is described in benchmarks/data/hpo_tables/README.md.
class Surrogate {
 public:
  /// Reads NAME.json and NAME.trees.csv.gz. Errors: std::runtime_error naming the file.
  Surrogate(const std::string& directory, const std::string& name);

  const SearchSpace& space() const { return space_; }

  /// Error and log10 of the training's CPU seconds. Requires: params fit the space. Thread: any.
  std::array<double, 2> evaluate(const Params& params) const;

 private:
  /// Where a parameter stands among the features.
  struct Column {
    std::size_t first = 0;
    double low = 0;  ///< as encoded: its logarithm on a log scale
    double width = 1;
    bool log = false;
    std::vector<std::string> choices;  ///< empty: numeric
  };

  void encode(const Column& column, const Value& value, std::span<double> features) const;

  SearchSpace space_;
  std::vector<Column> columns_;   ///< one for each parameter
  std::vector<double> inactive_;  ///< the features when nothing is active
  std::vector<Forest> forests_;
};

}  // namespace evolt
