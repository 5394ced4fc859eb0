#pragma once

#include "core/units.hpp"
#include "islands/rank_plan.hpp"
#include "workers/allotment.hpp"

#include <optional>

namespace evolt {

/// What a run was told of the time it has.
struct TimeGiven {
  std::optional<Seconds> limit;      ///< from its start
  std::optional<Seconds> warning;    ///< before the end: then trials are asked to end
  std::optional<Seconds> job_began;  ///< the scheduler's job, since 1970-01-01 UTC
  std::optional<Seconds> job_ends;
};

/// Adds what the scheduler says of its job: SLURM_JOB_START_TIME and SLURM_JOB_END_TIME.
TimeGiven with_job_times(TimeGiven given, const Lookup& lookup);

/// When a run ends, and how long before trials are asked to.
struct TimeKept {
  RunLimit limit;
  Seconds warning;
};

/// The moment at which a run begins to end: by its own limit or its job's, whichever comes first. A
/// job that is over already (variables of another one) does not count. The default warning is a
/// second more than the grace, but at most a tenth of the time there is. nullopt: no limit.
/// `began`, `now`: Clock::now(); `wall`: Clock::wall().
std::optional<TimeKept> keep_time(const TimeGiven& given, Seconds grace, Seconds began, Seconds now,
                                  Seconds wall);

}  // namespace evolt
