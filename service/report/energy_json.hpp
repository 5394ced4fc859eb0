#pragma once

#include "service/report/json_parts.hpp"
#include "service/report/ledger.hpp"
#include "service/report/savings.hpp"

namespace evolt::detail {

/// `energy` of a best_report: the whole search's. Its fields: docs/reports.md.
Json energy_json(const Ledger& ledger);

/// What a stop saved, `{trials, epochs, seconds, joules, gco2e}`.
Json savings_json(const Savings& saved, const EnergySettings& energy);

/// How each of these figures is made.
Json savings_methods_json();

}  // namespace evolt::detail
