#pragma once

#include "service/report/ledger.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace evolt::detail {

using Json = nlohmann::ordered_json;

/// null where the number is not finite.
Json number(double value);

/// Writes `metrics` into `into["metrics"]`, with `into["non_finite"]` where there is need.
void put_metrics(Json& into, const Metrics& metrics);

Json usage_json(const Usage& usage);

/// Of a whole study; joules are null unless every attempt was measured.
Json usage_json(const UsageTotals& totals);

/// JSON text; bytes that are not UTF-8 (a trainer's output may hold any) are replaced.
std::string dump(const Json& json);

}  // namespace evolt::detail
