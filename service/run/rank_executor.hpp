#pragma once

#include "service/run/trial_groups.hpp"
#include "service/run/trial_meter.hpp"
#include "service/study.hpp"
#include "workers/executor.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// What runs the trials of one rank: by the study's trial.mode, on this rank's part of its host, or
/// on its group's where trials have several ranks. A rank that does not lead its group has no
/// slots. `slots` 0: as many as there is room for. `meter` measures them. Errors: as make_executor,
/// make_trial_spec and TrialMeter::open.
absl::StatusOr<std::unique_ptr<Executor>> make_rank_executor(
    boost::asio::io_context& io, const Study& study, const std::string& directory,
    std::size_t slots, const std::optional<TrialGroups>& groups, RankId self,
    const TrialMeter& meter);

}  // namespace evolt
