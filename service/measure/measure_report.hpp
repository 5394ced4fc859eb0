#pragma once

#include "service/measure/measured_run.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace evolt {

/// What `evolt measure` has to say. See docs/measure.md.
struct MeasureReport {
  std::vector<std::string> command;
  MeasuredBy by;
  std::string unmeasured;  ///< why there are no figures at all; empty: there may be
  std::vector<MeasuredRun> runs;
  bool left = false;  ///< the command left processes running

  int code() const { return runs.empty() ? 0 : runs.back().code; }
};

nlohmann::ordered_json measure_json(const MeasureReport& report);

/// For a person: a line for each run, and what they come to.
std::string measure_text(const MeasureReport& report);

}  // namespace evolt
