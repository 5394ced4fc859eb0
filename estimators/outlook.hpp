#pragma once

#include "core/curve.hpp"
#include "core/measurement.hpp"
#include "estimators/cost_forecast.hpp"
#include "estimators/objective.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace evolt {

/// The metric that scores of training speed look at.
inline constexpr std::string_view kTrainLoss = "train_loss";

/// What stopping rules see of a trial's report: nothing, one metric as it was reported, or the
/// objective as it would be if the trial trained to the end at this rate and its metrics stayed as
/// they are. So accuracy per joule is judged by the joules that the whole training will take, and
/// of several objectives each is a value of its own, with the miss of the requirements as a last
/// one.
///
/// Source of judging by forecast energy: Frey et al. 2022, "Energy-aware neural architecture
/// selection and hyperparameter optimization", IPDPS workshops. They forecast the loss from the
/// training speed and take the energy per step as constant, as is done here.
class Outlook {
 public:
  /// Nothing is judged.
  Outlook() = default;

  static Outlook of_metric(std::string name, bool maximized);

  /// `steps`: the full length; 0: unknown, then costs are those so far, as they are where a trial
  /// comes to its target and ends.
  static Outlook of_objective(Objective objective, std::int64_t steps);

  bool judges() const { return !std::holds_alternative<std::monostate>(by_); }

  /// The metric that alone is judged; empty: not one alone.
  std::string_view metric() const;

  /// nullopt where it lacks what is judged: a metric, or joules. A metric that is not finite makes
  /// a value that is not. Takes the report's cost in; call it once for each report, in order.
  std::optional<CurvePoint> point(const Measurement& measurement, CostForecast& costs) const;

  /// A value of CurvePoint::value in the user's sign.
  double in_users_sign(double value) const;

 private:
  struct ByMetric {
    std::string name;
    bool maximized = false;
  };
  struct ByObjective {
    Objective objective;
    std::int64_t steps = 0;
  };

  std::variant<std::monostate, ByMetric, ByObjective> by_;
};

}  // namespace evolt
