#pragma once

#include "core/outcome.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What a trained model costs over its life: its training, and so many items of a phase.
struct Lifetime {
  std::string phase = "infer";
  std::int64_t items = 0;

  friend bool operator==(const Lifetime&, const Lifetime&) = default;
};

struct MeasuredOptions {
  bool estimated = false;  ///< joules that nothing measured (labels model, declared) count too
  std::optional<Lifetime> lifetime;
};

/// A number that is measured, not reported.
struct MeasuredName {
  enum class Quantity { seconds, joules, lifetime };

  Quantity quantity = Quantity::seconds;
  std::string phase;      ///< empty: of the whole attempt
  bool per_item = false;  ///< of a phase

  bool needs_energy() const { return quantity != Quantity::seconds; }
};

/// `seconds`, `joules`, `lifetime_joules`, and for a phase P that trainers name `seconds.P`,
/// `joules.P`, `seconds_per_item.P`, `joules_per_item.P`. nullopt: a metric of the trainer's.
std::optional<MeasuredName> measured_name(std::string_view name);

/// A number, and between what the truth lies. Infinite bounds: nothing is known of its error.
struct Bounded {
  double value = 0;
  double lower = 0;
  double upper = 0;

  friend bool operator==(const Bounded&, const Bounded&) = default;
};

/// Which bounds of an energy.
enum class BoundKind {
  whole,
  own,  ///< without what readings of the same sensors have in common (EnergyReading::gain)
};

/// Its value: wall time, or energy above 0 J, finite and with a label. `lifetime_joules` is the
/// energy of all but the lifetime's phase, and that of its items. Errors: not_found where it was
/// not measured, saying why.
absl::StatusOr<double> measured_value(const MeasuredName& name, const Usage& usage,
                                      const MeasuredOptions& options);

/// The same with its bounds. Those of times are their values. Of a reading with bounds that are not
/// finite, that do not hold its joules or begin below 0 J, nothing is known. Errors: as
/// measured_value().
absl::StatusOr<Bounded> measured_bounds(const MeasuredName& name, const Usage& usage,
                                        const MeasuredOptions& options, BoundKind kind);

/// The readings that a measured value is made of, those that are missing left out. They live as
/// long as `usage` does.
std::vector<const EnergyReading*> readings_of(const MeasuredName& name, const Usage& usage,
                                              const MeasuredOptions& options);

}  // namespace evolt
