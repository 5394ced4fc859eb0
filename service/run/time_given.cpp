#include "service/run/time_given.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace evolt {
namespace {

std::optional<Seconds> moment(const Lookup& lookup, std::string_view name) {
  const std::optional<std::string> text = lookup(name);
  const auto whole = text ? read_whole<std::int64_t>(*text) : std::nullopt;
  return whole && *whole > 0 ? std::optional(Seconds{static_cast<double>(*whole)}) : std::nullopt;
}

}  // namespace

TimeGiven with_job_times(TimeGiven given, const Lookup& lookup) {
  given.job_began = moment(lookup, "SLURM_JOB_START_TIME");
  given.job_ends = moment(lookup, "SLURM_JOB_END_TIME");
  return given;
}

std::optional<TimeKept> keep_time(const TimeGiven& given, Seconds grace, Seconds began, Seconds now,
                                  Seconds wall) {
  std::optional<Seconds> ends;
  std::optional<Seconds> whole;  // of such a run
  if (given.limit) {
    ends = began + *given.limit;
    whole = given.limit;
  }
  if (given.job_ends && *given.job_ends > wall) {
    const Seconds then = now + (*given.job_ends - wall);
    if (!ends || then < *ends) {
      ends = then;
      whole = given.job_began ? std::optional(*given.job_ends - *given.job_began) : std::nullopt;
    }
  }
  if (!ends) {
    return std::nullopt;
  }
  const Seconds usual = std::min(grace + Seconds{1}, whole.value_or(*ends - now) * 0.1);
  const Seconds warning = given.warning.value_or(usual);
  TimeKept kept{.limit = {.ends = *ends - warning, .longest = {}}, .warning = warning};
  if (whole) {
    kept.limit.longest = std::max(*whole - warning, Seconds{});
  }
  return kept;
}

}  // namespace evolt
