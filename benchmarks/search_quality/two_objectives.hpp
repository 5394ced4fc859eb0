#pragma once

#include <array>
#include <span>
#include <string_view>

namespace evolt {

/// A function with two objectives, both to be minimised. Thread: any.
using TwoObjectives = std::array<double, 2> (*)(std::span<const double> x);

/// `zdt1`, `zdt2`, `zdt3`, `zdt4`, `zdt6` or `dtlz2`. Variables lie in [0, 1], those of zdt4 but
/// for the first in [-5, 5]. Errors: std::invalid_argument for another name.
///
/// The fronts: f2 = 1 - sqrt(f1) (zdt1, zdt4), f2 = 1 - f1^2 (zdt2; zdt6 from f1 = 0.2807 on), five
/// pieces of f2 = 1 - sqrt(f1) - f1 sin(10 pi f1) (zdt3), the unit circle (dtlz2).
/// Source: Zitzler, Deb & Thiele 2000, "Comparison of Multiobjective Evolutionary Algorithms:
/// Empirical Results", definition 4; Deb, Thiele, Laumanns & Zitzler 2002, "Scalable
/// Multi-Objective Optimization Test Problems" (DTLZ2 with two objectives).
TwoObjectives two_objectives(std::string_view name);

}  // namespace evolt
