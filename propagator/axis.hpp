#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace evolt {

/// How the values of one parameter lie along its gene.
///
/// Numbers and ordinals: a gene in [0, 1]. A discrete one is cut into bins, one for each value (its
/// *level*): equally wide, or for a log scale with edges half a step around each value, the lowest
/// edge no lower than half of `low`. A choice: the gene is the index of its value.
/// Real numbers are rounded to 14 decimals of the range (13 significant digits on a log scale), so
/// that 0.01 comes back as 0.01 and one ulp of a foreign `exp` tells no configurations apart.
/// A gene outside its range counts as the nearest end; NaN as the lower one.
class Axis {
 public:
  explicit Axis(const Domain& domain);

  bool is_choice() const { return kind_ == Kind::choice; }

  /// How many values there are; 0 for a continuous axis.
  std::int64_t levels() const { return levels_; }

  /// Requires: levels() > 0.
  std::int64_t level(double gene) const;

  /// A gene inside the bin of `level`. Requires: 0 <= level < levels().
  double gene_at(std::int64_t level) const;

  /// The lower edge of the bin of `level`; for levels() the upper edge of the last.
  /// Requires: levels() > 0; not is_choice(); 0 <= level <= levels().
  double edge(std::int64_t level) const;

  /// What conditions and keys compare: the number itself, or the position in a list of values.
  double reading(double gene) const;

  /// The reading of a value of the domain.
  double reading_of(const Value& value) const;

  Value value(double gene) const;

  /// Requires: check_value(domain, value).ok().
  double gene(const Value& value) const;

  /// The values of a choice or an ordinal; empty for numbers.
  const std::vector<Value>& values() const { return values_; }

 private:
  enum class Kind { real, stepped, whole, ordinal, choice };

  double real_at(double gene) const;
  double stepped_at(std::int64_t level) const;
  double tidy(double x, double ln_x) const;

  Kind kind_ = Kind::real;
  bool log_ = false;
  std::int64_t levels_ = 0;
  double low_ = 0;
  double high_ = 0;
  double step_ = 0;
  std::int64_t whole_low_ = 0;
  std::int64_t whole_step_ = 1;
  double ln_low_ = 0;    ///< of the lower edge
  double ln_width_ = 0;  ///< up to the upper edge
  int decimals_ = 0;     ///< of a linear axis
  bool rounded_ = true;  ///< whether doubles are finer than `decimals_` here
  std::vector<Value> values_;
};

}  // namespace evolt
