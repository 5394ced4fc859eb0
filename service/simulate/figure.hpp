#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace evolt {

/// A mean over seeds with how sure it is.
struct Figure {
  std::optional<double> mean;  ///< nullopt: some seed has no value
  std::optional<double> lo;    ///< 95 % of bootstrapped means lie in [lo, hi]
  std::optional<double> hi;
  std::optional<double> median;  ///< seeds without a value lie above all others; nullopt: it is one
  double reached = 1;            ///< share of the seeds that have a value
};

/// The figure of some values, one a seed; nullopt where a seed has none. Nullopt when no seed has
/// one.
///
/// The interval is the percentile bootstrap (Efron 1979, "Bootstrap methods: another look at the
/// jackknife") with 2,000 resamples from a fixed seed: the same values give the same figure. One
/// value: lo = mean = hi.
std::optional<Figure> make_figure(std::span<const std::optional<double>> values);

}  // namespace evolt
