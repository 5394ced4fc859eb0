#include "estimators/promotion.hpp"

#include <absl/strings/str_cat.h>

#include <limits>
#include <ranges>
#include <vector>

namespace evolt {

std::size_t one_in(double eta, std::size_t arrived) {
  return static_cast<std::size_t>(static_cast<double>(arrived) / eta);
}

Verdict left_behind(std::size_t pass, std::size_t arrived, std::int64_t step, bool parks) {
  return {.decision = parks ? Verdict::Decision::park : Verdict::Decision::stop,
          .reason = pass > 0 ? absl::StrCat("not among the best ", pass, " of ", arrived,
                                            " at step ", step)
                             : absl::StrCat("one of ", arrived, " at step ", step,
                                            ", too few yet for one to go on")};
}

std::optional<TrialId> promoted(const ParkedTrials& parked, const History& history,
                                const Rungs& rungs, const Score& score,
                                const std::function<std::size_t(std::int64_t, std::size_t)>& pass) {
  if (parked.empty()) {
    return std::nullopt;
  }
  std::vector<std::int64_t> reached;
  for (std::int64_t rung = rungs.first;
       rung <= parked.furthest() && (reached.empty() || rung > reached.back());
       rung = rungs.after(rung)) {
    reached.push_back(rung);
  }
  for (const std::int64_t rung : std::views::reverse(reached)) {
    const std::size_t arrived = history.place({}, 0, rung, kBest).peers;
    if (const auto trial =
            first_within(parked, history, rung, rungs.after(rung), score, pass(rung, arrived))) {
      return trial;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> rung_before_the_end(const Rungs& rungs, std::int64_t step,
                                                std::int64_t steps) {
  const std::int64_t rung = rungs.above(step);
  const bool beyond = steps > 0 ? rung >= steps : rung == std::numeric_limits<std::int64_t>::max();
  return beyond ? std::nullopt : std::optional(rung);
}

}  // namespace evolt
