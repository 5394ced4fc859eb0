#pragma once

#include "core/value.hpp"

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace evolt {

enum class Scale { linear, log };

/// A real number in [low, high]; with `step`, only low + k * step.
struct FloatDomain {
  double low = 0;
  double high = 1;
  Scale scale = Scale::linear;
  std::optional<double> step;

  friend bool operator==(const FloatDomain&, const FloatDomain&) = default;
};

/// A whole number in [low, high]; only low + k * step.
struct IntDomain {
  std::int64_t low = 0;
  std::int64_t high = 1;
  Scale scale = Scale::linear;
  std::int64_t step = 1;

  friend bool operator==(const IntDomain&, const IntDomain&) = default;
};

/// One of some values without an order.
struct ChoiceDomain {
  std::vector<Value> values;

  friend bool operator==(const ChoiceDomain&, const ChoiceDomain&) = default;
};

/// One of some values whose order means something: neighbours are alike.
struct OrdinalDomain {
  std::vector<Value> values;

  friend bool operator==(const OrdinalDomain&, const OrdinalDomain&) = default;
};

using Domain = std::variant<FloatDomain, IntDomain, ChoiceDomain, OrdinalDomain>;

/// Requires one other parameter to be active and to have one of some values or to lie in a range.
struct Requirement {
  std::string param;
  std::vector<Value> any_of;  ///< empty: the bounds decide
  std::optional<double> ge;
  std::optional<double> gt;
  std::optional<double> le;
  std::optional<double> lt;

  bool accepts(const Value& value) const;

  friend bool operator==(const Requirement&, const Requirement&) = default;
};

/// Holds where every requirement holds; an empty condition always holds. A requirement on a
/// parameter that is not active does not hold.
struct Condition {
  std::vector<Requirement> all;

  friend bool operator==(const Condition&, const Condition&) = default;
};

/// What a parameter's value is set to before each attempt, beside being told to the trial.
enum class Knob {
  none,
  gpu_power_limit,  ///< watts, of each GPU of the slot
  cpu_power_limit,  ///< watts, of each processor package of the host
};

struct Parameter {
  std::string name;
  Domain domain;
  Condition when;  ///< the parameter is active only where this holds
  Knob knob = Knob::none;

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// Parameters with their conditions, and the combinations that are never proposed.
///
/// Errors: the constructor throws ConfigError for an empty space, a repeated name, an empty range,
/// a bound that is not finite, a log scale with low <= 0, a step that is not positive or wider than
/// the range, a choice without or with repeated values, a condition on an unknown parameter, a
/// condition that can never hold, conditions in a circle, and a power limit that is no linear float
/// above 0 or stands twice. The complaint's key is `param.NAME` or `forbid.INDEX`.
class SearchSpace {
 public:
  SearchSpace() = default;
  explicit SearchSpace(std::vector<Parameter> parameters, std::vector<Condition> forbidden = {});

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::vector<Condition>& forbidden() const { return forbidden_; }
  std::size_t size() const { return parameters_.size(); }
  std::optional<std::size_t> index_of(std::string_view name) const;

  /// Indices of the parameters, each after those that its condition names.
  const std::vector<std::size_t>& order() const { return order_; }

  /// OK when `params` names exactly the active parameters, each value lies in its domain (floats
  /// and stepped floats within rounding), and no forbidden combination holds. The message says what
  /// is wrong: `lr = 3 is outside [1e-05, 0.1]`.
  absl::Status check(const Params& params) const;

  /// How many different configurations there are; nullopt for an unstepped float, or past 1e15.
  /// Conditions are counted exactly only up to 1e6 combinations of the conditioning parameters;
  /// above, the figure ignores conditions and is an upper bound. Forbidden combinations are not
  /// subtracted.
  std::optional<double> cardinality() const;

  friend bool operator==(const SearchSpace& a, const SearchSpace& b) {
    return a.parameters_ == b.parameters_ && a.forbidden_ == b.forbidden_;
  }

 private:
  std::vector<Parameter> parameters_;
  std::vector<Condition> forbidden_;
  std::vector<std::size_t> order_;
};

/// Whether `condition` holds for these active parameters.
bool holds(const Condition& condition, const Params& params);

/// The values of a choice or an ordinal; nullptr for the others.
const std::vector<Value>* listed_values(const Domain& domain);

/// The number of values of a domain; nullopt for an unstepped float.
std::optional<std::int64_t> value_count(const Domain& domain);

/// OK when the value lies in the domain.
absl::Status check_value(const Domain& domain, const Value& value);

}  // namespace evolt
