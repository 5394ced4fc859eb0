#include "estimators/asha.hpp"

#include "estimators/promotion.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace evolt {

Asha::Asha(AshaOptions options)
    : options_(std::move(options)), rungs_{options_.window.min_steps, options_.eta} {
  check(rungs_);
}

Verdict Asha::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const std::size_t points = curve.points.size();
  const std::int64_t rung = rungs_.below(curve.points.back().step);
  if (points > 1 && curve.points[points - 2].step >= rung) {
    return {};  // judged there already
  }
  Score score = options_.score;
  auto place = history.place(curve, rung, score);
  if (!place) {
    score = kBest;
    place = history.place(curve, rung, score);
  }
  if (!place) {
    return {};
  }
  const std::size_t arrived = place->peers + 1;
  const std::size_t pass = one_in(options_.eta, arrived);
  if (place->better < pass || (pass == 0 && !options_.promotes)) {
    return {};
  }
  Verdict verdict = left_behind(pass, arrived, curve.points.back().step, options_.promotes);
  if (options_.score != kBest) {
    absl::StrAppend(&verdict.reason, " by ", describe(score));
  }
  absl::StrAppend(&verdict.reason, options_.note);
  return verdict;
}

std::optional<TrialId> Asha::resume(const ParkedTrials& parked, const History& history,
                                    bool more) const {
  if (!options_.promotes) {
    return std::nullopt;
  }
  return promoted(parked, history, rungs_, options_.score, [&](std::int64_t, std::size_t arrived) {
    const std::size_t pass = one_in(options_.eta, arrived);
    return more ? pass : std::max<std::size_t>(pass, 1);
  });
}

std::optional<std::int64_t> Asha::goal(std::int64_t step) const {
  return rung_before_the_end(rungs_, step, options_.window.steps);
}

}  // namespace evolt
