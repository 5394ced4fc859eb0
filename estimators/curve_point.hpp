#pragma once

#include "core/curve.hpp"
#include "core/measurement.hpp"

#include <optional>
#include <string_view>

namespace evolt {

/// The metric that scores of training speed look at.
inline constexpr std::string_view kTrainLoss = "train_loss";

/// What stopping rules see of a measurement. nullopt where it does not report the judged metric.
std::optional<CurvePoint> curve_point(const Measurement& measurement, std::string_view judged,
                                      bool maximized);

}  // namespace evolt
