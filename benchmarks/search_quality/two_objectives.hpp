#pragma once

#include <array>
#include <span>
#include <string_view>

namespace evolt {

/// A function with two objectives, both to be minimised. Thread: any.
using TwoObjectives = std::array<double, 2> (*)(std::span<const double> x);

/// `zdt1`, `zdt2`, `zdt3`, `zdt4`, `zdt6`, `dtlz1`, `dtlz2` or `fonseca`. Variables lie in [0, 1],
/// those of zdt4 but for the first in [-5, 5], those of fonseca in [-4, 4].
/// Errors: std::invalid_argument for another name.
///
/// The fronts: f2 = 1 - sqrt(f1) (zdt1, zdt4), f2 = 1 - f1^2 (zdt2; zdt6 from f1 = 0.2807 on), five
/// pieces of f2 = 1 - sqrt(f1) - f1 sin(10 pi f1) (zdt3), f1 + f2 = 1/2 (dtlz1), the unit circle
/// (dtlz2), all variables equal within 1/sqrt(D) of 0 (fonseca).
/// Source: Zitzler, Deb & Thiele 2000, "Comparison of Multiobjective Evolutionary Algorithms:
/// Empirical Results", definition 4; Deb, Thiele, Laumanns & Zitzler 2002, "Scalable
/// Multi-Objective Optimization Test Problems" (DTLZ1 and DTLZ2 with two objectives); Fonseca &
/// Fleming 1995, "Multiobjective Genetic Algorithms Made Easy: Selection, Sharing and Mating
/// Restriction".
TwoObjectives two_objectives(std::string_view name);

}  // namespace evolt
