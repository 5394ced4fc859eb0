#pragma once

#include "service/study.hpp"
#include "workers/trial_spec.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace evolt {

/// What an executor needs to know of a study whose directory is `directory`. `slots` 0: as many as
/// the host has room for. Errors: ConfigError when the study has no command to run.
/// `place`: of trials of several ranks; where there is none, this host has them all.
TrialSpec make_trial_spec(const Study& study, const std::string& directory, std::size_t slots,
                          const std::optional<TrialPlace>& place = {});

/// RankPlan's left_checkpoint, for a study whose directory is `directory`: looks into the folders
/// of trials. Empty where children do not inherit.
std::function<bool(const TrialId&)> checkpoint_finder(const Study& study,
                                                      const std::string& directory);

}  // namespace evolt
