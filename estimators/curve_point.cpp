#include "estimators/curve_point.hpp"

namespace evolt {

std::optional<CurvePoint> curve_point(const Measurement& measurement, std::string_view judged,
                                      bool maximized) {
  const std::optional<double> value = find(measurement.metrics, judged);
  if (!value) {
    return std::nullopt;
  }
  CurvePoint point{.step = measurement.step,
                   .value = maximized ? -*value : *value,
                   .loss = find(measurement.metrics, kTrainLoss),
                   .cost = {}};
  if (measurement.energy) {
    point.cost = measurement.energy->joules.value;
  } else if (measurement.elapsed.value > 0) {
    point.cost = measurement.elapsed.value;
  }
  return point;
}

}  // namespace evolt
