#pragma once

#include "core/curve.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace evolt {

/// How to turn a curve, up to its newest point, into one number. Smaller is better.
///
/// The training-speed scores compare training losses; l_t is the loss reported for step t.
/// Source: Ru, Lyle, Schut, van der Wilk, Gal 2021, "Speedy Performance Estimation for Neural
/// Architecture Search", section 3. They compare runs of one loss at equal steps; where a
/// hyperparameter changes what the loss means, they mislead.
struct Score {
  enum class Kind : std::uint8_t {
    best,     ///< the best finite value of the judged metric so far
    last,     ///< its newest value
    tse,      ///< the sum of l_t over all steps
    tse_e,    ///< the sum of the newest `parameter` losses (at least 1)
    tse_ema,  ///< s <- parameter * s + l_t, with 0 < parameter < 1
    slope,    ///< the mean slope of a curve fitted to all l_t; see loss_slope()
  };

  Kind kind = Kind::best;
  double parameter = 0;
  std::uint8_t value = 0;      ///< of several judged values, which: best and last only
  std::uint8_t direction = 0;  ///< not 0: all of them, in that direction (History); best and last

  friend auto operator<=>(const Score&, const Score&) = default;
};

inline constexpr Score kBest{.kind = Score::Kind::best};
inline constexpr Score kLast{.kind = Score::Kind::last};
inline constexpr Score kLoss{.kind = Score::Kind::tse_e, .parameter = 1};

/// Whether it looks at training losses.
bool of_loss(const Score& score);

/// `best value`, `training loss`, ...: for the reasons of verdicts.
std::string describe(const Score& score);

/// Looks at the first value alone. nullopt where there is none: no points; no finite value so far
/// (best); a newest value that is not finite (last); a loss in its window that was not reported or
/// is not finite (the others). Shape: ordered by step. For slope, fewer than six losses, too. Cost:
/// O(points), about a microsecond for slope; O(window) for last and tse_e.
std::optional<double> value_of(const Score& score, std::span<const CurvePoint> points);

}  // namespace evolt
