#pragma once

#include "core/search_space.hpp"
#include "service/report/ledger.hpp"

#include <string>

namespace evolt::detail {

/// The records of Optuna's journal file format: one JSON object a line. The study and its objective
/// names first, then each trial with its own records together.
/// Shape: call optuna_trial for the trials in order of their number, without a gap, because the
/// format counts them by position.
std::string optuna_head(const LedgerOptions& options, const std::string& name);
std::string optuna_trial(const Ledger& ledger, const SearchSpace& space, const LedgerTrial& trial);

}  // namespace evolt::detail
