#pragma once

#include "service/report/ledger.hpp"

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace evolt {

/// What `evolt run` and `evolt best` say of a study, as one object. Its fields: docs/reports.md.
/// A number that is not finite becomes null, and its name is listed under `non_finite` beside it.
nlohmann::ordered_json best_report(const Ledger& ledger);

/// All that is known of one trial: why it ended, its curve, its parents, its attempts.
nlohmann::ordered_json show_report(const Ledger& ledger, const LedgerTrial& trial);

/// The trial a person means: its number (`17`) or its id (`1.0.17`).
/// Errors: invalid_argument when the text is neither; not_found, naming how many there are.
absl::StatusOr<const LedgerTrial*> find_trial(const Ledger& ledger, std::string_view text);

/// `running`, or the word of its ending.
std::string_view state_of(const LedgerTrial& trial);

}  // namespace evolt
