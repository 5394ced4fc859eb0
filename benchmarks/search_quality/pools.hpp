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

/// How often a row answers.
enum class Rows {
  again,  ///< any number of times: a search that stays close is told the same value again and again
  once,   ///< then the next nearest answers in its place
};

/// The pool as a problem without checkpoints; the suite and its group are not set.
/// Requires: with Rows::once no search has more evaluations than the table has rows.
Problem pool_problem(const Pool& pool, Rows rows);

/// The problems of suite P, grouped by collection. The checkpoints of a collection are those of 25,
/// 50, 100 and 200 that are no more than half the rows of its smallest table; a table with fewer
/// than 50 rows joins `left_out`.
std::vector<Problem> pool_problems(Pools& pools, Rows rows);

}  // namespace evolt
