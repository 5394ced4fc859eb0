#pragma once

#include "estimators/measured_value.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// What an evaluation is worth, as far as that is known. Smaller is better. Values stand on a scale
/// on which energy counts evenly (Objective::bounded), infinite bounds mean that nothing is known.
struct BoundedScores {
  std::vector<Bounded> values;
  std::vector<Bounded> own;  ///< the same against scores of the same `source`
  std::string source;        ///< whose error `own` leaves out; empty: there is no such
  double violation = 0;      ///< of requirements
};

/// How sure it must be that one value is better than another: else they tie.
inline constexpr double kClear = 0.95;

/// How likely it is that the truth of `a` is below that of `b`; of equal exact values a half. The
/// truth may be anywhere within its bounds, each place alike, the two independent: who knows bounds
/// and no more has no reason to prefer a part of them (JCGM 100:2008, GUM, 4.3.7). Source: Teich
/// 2001, "Pareto-front exploration with uncertain objectives", EMO, section 3. Half where nothing
/// is known of one of them, 0 where `a` is NaN, else 1 where `b` is.
double probability_below(const Bounded& a, const Bounded& b);

enum class Comparison : std::uint8_t { better, worse, tie };

/// `a` against `b`. better: below with a probability of kClear; tie: neither is.
///
/// For uniform distributions `better` is transitive (that of Teich with products over objectives is
/// not known to be): with half-widths p, q and r, `better` at a probability c asks for a distance
/// of t(p, q) between the middles; t(p, q) >= t(p, 0), because noise that is added flattens, and
/// t(p, 0)
/// + t(0, r) = (2c - 1)(p + r) >= t(p, r).
Comparison compare(const Bounded& a, const Bounded& b);

/// Whether `a` clearly dominates `b`: one that violates less does (Deb et al. 2002, "NSGA-II",
/// section VI); else it is better or exactly equal in every value, and better in one. A tie is no
/// dominance either way. What has a NaN is dominated by all that have none.
///
/// Irreflexive, antisymmetric, and transitive among scores of one source. Requires: as many values
/// in both.
bool dominates(const BoundedScores& a, const BoundedScores& b);

/// How likely it is that `a` dominates `b`: the product over the values, exactly equal ones
/// counting as 1; where all are exactly equal, or requirements decide, 0 or 1.
double probability_of_dominance(const BoundedScores& a, const BoundedScores& b);

}  // namespace evolt
