#include "service/scaling/simulation_report.hpp"

#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

namespace evolt {

std::string head_of_rows() {
  return "  ranks islands   results  body s   effic.  +tail  results/s   messages/result,rank   "
         "frames   bytes  stale ms   p99    reached s  first to saturate\n"
         "                                                                mean  rank 0  others\n";
}

std::string row_of(const SimulationReport& report) {
  const Load& fullest = report.loads.front();
  return absl::StrFormat(
      "%7d %7d %9d %7.1f %7.2f%% %5.1f%% %10.1f %7.2f %7.2f %7.2f %8.2f %7.0f %9.1f %7.1f %10s  "
      "%s: %.1f%%, at %.0f/s%s\n",
      report.ranks, report.islands, report.results, report.body.value, 100 * report.efficiency,
      100 * report.efficiency_whole, report.rate, report.messages_mean, report.messages_recorder,
      report.messages_most, report.frames, report.bytes, 1e3 * report.staleness.value,
      1e3 * report.staleness_p99.value,
      report.reached ? absl::StrFormat("%.1f", report.reached->value) : std::string("-"),
      fullest.what, 100 * fullest.share, fullest.most, report.whole ? "" : "  NOT WHOLE");
}

std::string json_of(const SimulationReport& report) {
  nlohmann::ordered_json json = {{"ranks", report.ranks},
                                 {"islands", report.islands},
                                 {"results", report.results},
                                 {"bred", report.bred},
                                 {"whole", report.whole},
                                 {"body_s", report.body.value},
                                 {"end_s", report.end.value},
                                 {"efficiency", report.efficiency},
                                 {"efficiency_whole", report.efficiency_whole},
                                 {"results_per_s", report.rate},
                                 {"messages_mean", report.messages_mean},
                                 {"messages_recorder", report.messages_recorder},
                                 {"messages_most", report.messages_most},
                                 {"frames", report.frames},
                                 {"bytes", report.bytes},
                                 {"staleness_s", report.staleness.value},
                                 {"staleness_p99_s", report.staleness_p99.value},
                                 {"written_late_s", report.written_late.value},
                                 {"best", report.best}};
  json["reached_s"] =
      report.reached ? nlohmann::ordered_json(report.reached->value) : nlohmann::ordered_json();
  for (const Load& load : report.loads) {
    json["loads"].push_back(
        {{"what", load.what}, {"share", load.share}, {"results_per_s", load.most}});
  }
  return json.dump();
}

}  // namespace evolt
