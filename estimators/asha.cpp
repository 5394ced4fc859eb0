#include "estimators/asha.hpp"

#include "estimators/rungs.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace evolt {

Asha::Asha(AshaOptions options) : options_(std::move(options)) {
  check(Rungs{options_.window.min_steps, options_.eta});
}

Verdict Asha::judge(const Curve& curve, const History& history) const {
  if (auto verdict = settled(curve, options_.window)) {
    return *std::move(verdict);
  }
  const std::size_t points = curve.points.size();
  const std::int64_t rung =
      Rungs{options_.window.min_steps, options_.eta}.below(curve.points.back().step);
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
  const auto pass =
      static_cast<std::size_t>(std::floor(static_cast<double>(arrived) / options_.eta));
  if (pass == 0 || place->better < pass) {
    return {};
  }
  Verdict verdict{.decision = Verdict::Decision::stop,
                  .reason = absl::StrCat("not among the best ", pass, " of ", arrived, " at step ",
                                         curve.points.back().step)};
  if (options_.score != kBest) {
    absl::StrAppend(&verdict.reason, " by ", describe(score));
  }
  absl::StrAppend(&verdict.reason, options_.note);
  return verdict;
}

}  // namespace evolt
