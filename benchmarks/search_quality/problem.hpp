#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// Computes the objectives of one configuration, all to be minimised; one that is not finite means
/// that the trial fails. Shape: `values` has one place for each objective.
using Evaluate = std::function<void(const Params& params, std::span<double> values)>;

/// A number of finished evaluations at which a search is looked at, and what its column is called.
struct Checkpoint {
  std::int64_t evaluations = 0;
  std::string label;
};

/// What the hypervolume of a two-objective problem is measured by.
struct FrontTarget {
  double reference[2] = {0, 0};  ///< worse than everything that counts
  double hypervolume = 0;        ///< of the true or best-known front
};

/// One problem of a suite: a space, and a function on it for each seed.
struct Problem {
  std::string suite;
  std::string name;
  std::string group;  ///< problems of one suite and group share their columns, for example `10D`
  SearchSpace space;
  std::vector<Checkpoint> checkpoints;  ///< ascending
  std::vector<int> workers;             ///< numbers of slots of the protocol
  double best_known = 0;                ///< of one objective; 0 where values are distances
  double worst = std::numeric_limits<double>::infinity();  ///< what a failed trial counts as
  double floor = 0.01;               ///< smallest normalised regret that counts in geometric means
  std::optional<FrontTarget> front;  ///< set: two objectives
  std::function<Evaluate(std::uint64_t seed)> instance;  ///< one for each search

  std::size_t objectives() const { return front ? 2 : 1; }
};

}  // namespace evolt
