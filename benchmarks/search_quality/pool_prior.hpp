#pragma once

#include "benchmarks/search_quality/pool_table.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <vector>

namespace evolt {

/// How alike two tables rank the configurations that both have: Spearman's correlation of their
/// scores, those that diverged being the worst, equal ones sharing their mean rank. 0 with fewer
/// than two in common, and where either ranks them all alike.
/// Source: Spearman 1904, "The Proof and Measurement of Association between Two Things".
double rank_correlation(const PoolTable& a, const PoolTable& b);

/// What a finished study of a table would hand on: the top fifth of 200 rows drawn at random (of
/// half the rows of a smaller table), best first. `misleading`: as if the worst had been the best.
std::vector<Params> prior_of(const PoolTable& table, std::uint64_t seed, bool misleading);

}  // namespace evolt
