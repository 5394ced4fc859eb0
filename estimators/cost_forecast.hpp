#pragma once

#include "core/measurement.hpp"
#include "core/outcome.hpp"

#include <cstdint>
#include <optional>

namespace evolt {

/// What a trial will have used when it has trained to the end, told from its reports: what it used
/// so far, and for each step that is left as much as a step of the running attempt used since its
/// first report, so that a start-up is not multiplied. At an attempt's first report, as much as
/// every step so far.
class CostForecast {
 public:
  CostForecast() = default;

  /// An attempt begins. `before`: what earlier ones used that it goes on from.
  explicit CostForecast(const std::optional<Usage>& before);

  /// Takes in a report of the attempt. Wall time, and energy where this report has it and all
  /// attempts before had. `steps`: the full length; 0: unknown, then what was used so far. Bounds
  /// of energy grow in proportion.
  Usage add(const Measurement& measurement, std::int64_t steps);

 private:
  struct Report {
    std::int64_t step = 0;
    Seconds elapsed;
    std::optional<Joules> joules;
  };

  std::optional<Usage> before_;
  std::optional<Report> first_;
};

}  // namespace evolt
