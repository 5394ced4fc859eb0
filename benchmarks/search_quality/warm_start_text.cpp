#include "benchmarks/search_quality/statistics.hpp"
#include "benchmarks/search_quality/warm_start.hpp"

#include <absl/strings/str_format.h>

#include <functional>
#include <utility>

namespace evolt {
namespace {

/// The geometric means of a group of pairs, or nothing where there is none.
std::string mean_line(const std::string& label, const std::vector<WarmStart>& pairs,
                      const std::function<bool(const WarmStart&)>& belongs) {
  std::vector<double> figures[5];
  for (const WarmStart& pair : pairs) {
    if (belongs(pair)) {
      for (std::size_t i = 0; i < 2; ++i) {
        figures[i].push_back(static_cast<double>(pair.warm_trials[i]) /
                             static_cast<double>(pair.cold_trials[i]));
      }
      for (std::size_t i = 0; i < 3; ++i) {
        figures[2 + i].push_back(pair.regret_ratio[i]);
      }
    }
  }
  if (figures[0].empty()) {
    return "";
  }
  return absl::StrFormat("%-38s %4d pairs   %15.2f %18.2f    %8.2f %8.2f %8.2f\n", label,
                         figures[0].size(), geometric_mean(figures[0]), geometric_mean(figures[1]),
                         geometric_mean(figures[2]), geometric_mean(figures[3]),
                         geometric_mean(figures[4]));
}

std::string pair_line(const WarmStart& pair) {
  std::string text = absl::StrFormat("  %-38s %6.2f", pair.source, pair.correlation);
  for (std::size_t i = 0; i < 2; ++i) {
    text += absl::StrFormat(
        "   %4d /%4d = %4.2f", pair.warm_trials[i], pair.cold_trials[i],
        static_cast<double>(pair.warm_trials[i]) / static_cast<double>(pair.cold_trials[i]));
  }
  return text + absl::StrFormat("    %8.2f %8.2f %8.2f\n", pair.regret_ratio[0],
                                pair.regret_ratio[1], pair.regret_ratio[2]);
}

}  // namespace

std::string warm_start_text(const std::vector<WarmStart>& pairs) {
  std::string text = absl::StrFormat(
      "%-38s %8s   %18s   %18s    %s\n", "trials warm / cold to the median cold", "rank",
      "regret at 50", "regret at 100", "regret warm / cold at 50, 100, 200");
  const WarmStart* last = nullptr;
  for (const WarmStart& pair : pairs) {
    const WarmStart* const before = std::exchange(last, &pair);
    if (before == nullptr || before->target != pair.target || before->workers != pair.workers) {
      text += absl::StrFormat("%s, %d slot%s\n", pair.target, pair.workers,
                              pair.workers == 1 ? "" : "s");
    }
    text += pair_line(pair);
  }
  const auto misleading = [](const WarmStart& pair) { return pair.source == "reversed"; };
  return text + "\ngeometric means\n" +
         mean_line(
             "sources that rank alike", pairs,
             [&](const WarmStart& pair) { return !misleading(pair) && pair.correlation > 0; }) +
         mean_line(
             "other sources", pairs,
             [&](const WarmStart& pair) { return !misleading(pair) && pair.correlation <= 0; }) +
         mean_line("misleading sources", pairs, misleading);
}

}  // namespace evolt
