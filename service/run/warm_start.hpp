#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"
#include "service/study.hpp"

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace evolt {

/// The best configurations of the studies that `search.warm_start` names, best first, in values of
/// this study's space: parameters by name, numbers drawn to the nearest bound, whatever the space
/// does not hold left out. Of each study the best fifth of its results (at least ten of them), the
/// studies taking turns, two hundred in all.
///
/// What is best is what that study held to be: the order of its first objective. It may still run.
/// Errors: not_found, naming the directory; others as read_study_view.
absl::StatusOr<std::vector<Params>> read_prior(const Study& study);

/// The same of one study from its export as JSON (docs/reports.md); empty where nothing fits.
std::vector<Params> prior_from_export(const nlohmann::ordered_json& exported,
                                      const SearchSpace& space);

}  // namespace evolt
