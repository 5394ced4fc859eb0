#pragma once

#include <span>
#include <vector>

namespace evolt {

/// The middle value; of an even number the mean of the two in the middle. Requires: not empty.
double median(std::vector<double> values);

/// exp of the mean logarithm. Requires: not empty, all positive.
double geometric_mean(std::span<const double> values);

}  // namespace evolt
