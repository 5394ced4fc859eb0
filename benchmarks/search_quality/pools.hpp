#pragma once

#include "benchmarks/search_quality/pool_table.hpp"
#include "benchmarks/search_quality/problem.hpp"

#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// A table with its place below the directory that was read.
struct Pool {
  std::string name;        ///< its path there, for example `taskset/imdb`
  std::string collection;  ///< the first part of it: tables from one source
  std::shared_ptr<const PoolTable> table;
};

/// All tables below a directory, by name.
struct Pools {
  std::vector<Pool> tables;
  std::vector<std::string> left_out;  ///< each with its reason
};

/// Reads every directory below `directory` that has a space.json.
/// Errors: std::runtime_error naming what cannot be read, and when there is no table at all.
Pools read_pools(const std::string& directory);

/// The pool as a problem without checkpoints; the suite and its group are not set.
Problem pool_problem(const Pool& pool);

/// The problems of suite P, grouped by collection. The checkpoints of a collection are those of 25,
/// 50, 100 and 200 that are no more than half the rows of its smallest table; a table with fewer
/// than 50 rows joins `left_out`.
std::vector<Problem> pool_problems(Pools& pools);

}  // namespace evolt
