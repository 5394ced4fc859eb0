#pragma once

#include "service/report/ledger.hpp"

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace evolt {

/// How much worse than the best a metric may be.
struct Margin {
  double amount = 0;     ///< in the metric's unit, or in per cent of the best
  bool percent = false;  ///< of the magnitude of the best value

  friend bool operator==(const Margin&, const Margin&) = default;
};

/// `0.5` or `1%`. Errors: invalid_argument, naming what is allowed.
absl::StatusOr<Margin> parse_margin(std::string_view text);

/// The cheapest of the trials that rank and whose metric is worse than the best by `margin` at
/// most; of equals the one with the better metric, then the earlier. Its fields: docs/reports.md,
/// `within`. Of the two objectives the one that evolt measures is the cost; where both are, or none
/// is, the second. Errors: invalid_argument unless there are two objectives.
absl::StatusOr<nlohmann::ordered_json> within_report(const Ledger& ledger, const Margin& margin);

}  // namespace evolt
