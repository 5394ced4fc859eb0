#pragma once

#include "service/study.hpp"
#include "workers/trial_spec.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace evolt {

/// What an executor needs to know of a study whose directory is `directory`. `slots` 0: as many as
/// the host has room for. Errors: ConfigError when the study has no command to run.
/// `place`: of trials of several ranks; where there is none, this host has them all.
TrialSpec make_trial_spec(const Study& study, const std::string& directory, std::size_t slots,
                          const std::optional<TrialPlace>& place = {});

}  // namespace evolt
