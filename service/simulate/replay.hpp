#pragma once

#include "service/simulate/account.hpp"
#include "service/simulate/contender.hpp"
#include "service/simulate/table_pool.hpp"
#include "service/simulate/table_study.hpp"

#include <cstdint>

namespace evolt {

struct ReplayOptions {
  std::int32_t workers = 1;
  std::int64_t trials = 0;  ///< at most; more than the pool has are not needed
  Seconds startup;          ///< of each attempt
  Lookup lookup = Lookup::nearest;
  std::uint64_t seed = 0;
};

/// One study over one pool in virtual time: a real Rank with real propagators and a real stopping
/// rule, and workers that read their trainings from the table.
///
/// The same arguments give the same account. Requires: trials, workers > 0.
/// Errors: ConfigError as make_plan().
Account replay(const TableStudy& study, const TablePool& pool, const Contender& contender,
               const ReplayOptions& options);

}  // namespace evolt
