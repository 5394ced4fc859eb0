#include "estimators/outlook.hpp"

#include <limits>
#include <utility>

namespace evolt {

Outlook Outlook::of_metric(std::string name, bool maximized) {
  Outlook outlook;
  outlook.by_ = ByMetric{std::move(name), maximized};
  return outlook;
}

Outlook Outlook::of_objective(Objective objective, std::int64_t steps) {
  Outlook outlook;
  outlook.by_ = ByObjective{std::move(objective), steps};
  return outlook;
}

std::string_view Outlook::metric() const {
  const auto* const by = std::get_if<ByMetric>(&by_);
  return by == nullptr ? std::string_view() : by->name;
}

std::optional<CurvePoint> Outlook::point(const Measurement& measurement,
                                         CostForecast& costs) const {
  CurvePoint point{.step = measurement.step, .loss = find(measurement.metrics, kTrainLoss)};
  if (const auto* const by = std::get_if<ByMetric>(&by_)) {
    const std::optional<double> value = find(measurement.metrics, by->name);
    if (!value) {
      return std::nullopt;
    }
    point.value = by->maximized ? -*value : *value;
    return point;
  }
  const auto* const by = std::get_if<ByObjective>(&by_);
  if (by == nullptr) {
    return std::nullopt;
  }
  const bool there = by->objective.reached(measurement.metrics);
  const auto scores = by->objective.score_so_far(measurement.metrics,
                                                 costs.add(measurement, there ? 0 : by->steps));
  if (scores.ok()) {
    point.value = scores->values.front();
    point.others.assign(scores->values.begin() + 1, scores->values.end());
    if (by->objective.requires_something()) {
      point.others.push_back(scores->violation);
    }
    return point;
  }
  if (absl::IsNotFound(scores.status())) {
    return std::nullopt;
  }
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  point.value = kNan;
  point.others.assign(by->objective.size() - (by->objective.requires_something() ? 0 : 1), kNan);
  return point;
}

double Outlook::in_users_sign(double value) const {
  if (const auto* const by = std::get_if<ByMetric>(&by_)) {
    return by->maximized ? 0.0 - value : value;
  }
  const auto* const by = std::get_if<ByObjective>(&by_);
  return by == nullptr ? value : by->objective.in_users_sign(0, value);
}

}  // namespace evolt
