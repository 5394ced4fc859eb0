#include "estimators/cost_forecast.hpp"

#include <algorithm>

namespace evolt {
namespace {

/// What is used at the end when `all` was used at `step`, and `first` of the newest attempt at its
/// first report.
double at_the_end(double all, double newest, double first, std::int64_t step,
                  std::int64_t first_step, std::int64_t steps) {
  const std::int64_t left = std::max<std::int64_t>(steps - step, 0);
  if (left == 0 || step < 1) {
    return all;
  }
  const double each = step > first_step ? (newest - first) / static_cast<double>(step - first_step)
                                        : all / static_cast<double>(step);
  return all + each * static_cast<double>(left);
}

}  // namespace

CostForecast::CostForecast(const std::optional<Usage>& before) : before_(before) {}

Usage CostForecast::add(const Measurement& measurement, std::int64_t steps) {
  const auto& energy = measurement.energy;
  if (!first_) {
    first_ = Report{.step = measurement.step,
                    .elapsed = measurement.elapsed,
                    .joules = energy ? std::optional(energy->joules) : std::nullopt};
  }
  Usage usage;
  const Seconds all = measurement.elapsed + (before_ ? before_->wall : Seconds{});
  usage.wall = {at_the_end(all.value, measurement.elapsed.value, first_->elapsed.value,
                           measurement.step, first_->step, steps)};
  if (energy && (!before_ || before_->energy)) {
    EnergyReading whole = *energy;
    if (before_) {
      whole.joules += before_->energy->joules;
      whole.lower += before_->energy->lower;
      whole.upper += before_->energy->upper;
    }
    // Where the first report had no energy, its step says nothing.
    const bool known = first_->joules.has_value();
    const double forecast =
        at_the_end(whole.joules.value, energy->joules.value, known ? first_->joules->value : 0,
                   measurement.step, known ? first_->step : measurement.step, steps);
    const double factor = whole.joules.value > 0 ? forecast / whole.joules.value : 1;
    whole.joules = factor * whole.joules;
    whole.lower = factor * whole.lower;
    whole.upper = factor * whole.upper;
    usage.energy = std::move(whole);
  }
  return usage;
}

}  // namespace evolt
