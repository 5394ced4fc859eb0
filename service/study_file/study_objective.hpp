#pragma once

#include "estimators/objective.hpp"
#include "service/study.hpp"

namespace evolt {

/// How the study scores an evaluation.
Objective make_objective(const Study& study);

}  // namespace evolt
