#pragma once

#include <cmath>

namespace evolt {

/// A coordinate folded back into [0, 1] at both ends. NaN becomes 0.
inline double reflect(double x) {
  if (x >= 0 && x <= 1) {
    return x;
  }
  const double period = std::abs(std::fmod(x, 2.0));
  return period <= 1 ? period : period <= 2 ? 2 - period : 0.0;
}

}  // namespace evolt
