#include "estimators/measured_value.hpp"

#include "core/words.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace evolt {
namespace {

using Kind = MeasuredName::Quantity;

struct Prefix {
  std::string_view text;
  Kind quantity;
  bool per_item;
};

constexpr std::array<Prefix, 4> kPrefixes = {{
    {"seconds.", Kind::seconds, false},
    {"joules.", Kind::joules, false},
    {"seconds_per_item.", Kind::seconds, true},
    {"joules_per_item.", Kind::joules, true},
}};

/// `why`: what is known where there is none.
absl::StatusOr<double> joules_in(const std::optional<EnergyReading>& energy, const std::string& why,
                                 bool estimated) {
  if (!energy || energy->label == EnergyLabel::none) {
    return absl::NotFoundError(absl::StrCat(
        "joules were not measured: ", why.empty() ? "no energy sensor covered the attempt" : why));
  }
  const double joules = energy->joules.value;
  if (!std::isfinite(joules) || !(joules > 0)) {
    return absl::NotFoundError(
        absl::StrCat("joules were not measured: ", joules, " J is no energy of a trial"));
  }
  const EnergyLabel label = energy->label;
  if (!estimated && (label == EnergyLabel::model || label == EnergyLabel::declared)) {
    return absl::NotFoundError(absl::StrCat("joules were not measured but estimated (",
                                            std::string(word(label)),
                                            "); energy.estimated = \"allow\" lets them count"));
  }
  return joules;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Bounded exactly(double value) {
  return {value, value, value};
}

Bounded bounds_of(const EnergyReading& energy, BoundKind kind) {
  const bool own = kind == BoundKind::own;
  const double joules = energy.joules.value;
  const double lower = (own ? energy.own_lower() : energy.lower).value;
  const double upper = (own ? energy.own_upper() : energy.upper).value;
  const bool known = lower >= 0 && lower <= joules && joules <= upper && std::isfinite(upper);
  return known ? Bounded{joules, lower, upper} : Bounded{joules, -kInfinity, kInfinity};
}

absl::StatusOr<const PhaseUse*> phase_of(const Usage& usage, const std::string& name) {
  const auto found = std::find_if(usage.phases.begin(), usage.phases.end(),
                                  [&](const PhaseUse& phase) { return phase.name == name; });
  if (found == usage.phases.end()) {
    return absl::NotFoundError(absl::StrCat("no report named the phase \"", name,
                                            R"(", as {"phase":")", name,
                                            "\",\"items\":1000} does, or nothing measured it"));
  }
  return &*found;
}

/// Its joules as joules_in().
absl::StatusOr<Bounded> bounded_in(const std::optional<EnergyReading>& energy,
                                   const std::string& why, bool estimated, BoundKind kind) {
  const auto joules = joules_in(energy, why, estimated);
  if (!joules.ok()) {
    return joules.status();
  }
  return bounds_of(*energy, kind);
}

absl::StatusOr<Bounded> per_item(absl::StatusOr<Bounded> total, const PhaseUse& phase) {
  if (!total.ok()) {
    return total;
  }
  if (phase.items < 1) {
    return absl::NotFoundError(absl::StrCat("the phase \"", phase.name, "\" never said its items"));
  }
  const auto items = static_cast<double>(phase.items);
  return Bounded{total->value / items, total->lower / items, total->upper / items};
}

absl::StatusOr<Bounded> lifetime(const Usage& usage, const MeasuredOptions& options,
                                 BoundKind kind) {
  const Lifetime& life = *options.lifetime;
  const auto all = bounded_in(usage.energy, usage.unmeasured, options.estimated, kind);
  if (!all.ok()) {
    return all;
  }
  const auto used = phase_of(usage, life.phase);
  if (!used.ok()) {
    return used.status();
  }
  const PhaseUse& phase = **used;
  const auto joules = bounded_in(phase.energy, phase.unmeasured, options.estimated, kind);
  const auto each = per_item(joules, phase);
  if (!each.ok()) {
    return each;
  }
  const auto items = static_cast<double>(life.items);
  const auto cost = [items](double whole, double of_phase, double of_item) {
    return std::max(0.0, whole - of_phase) + items * of_item;
  };
  // The phase counts once less and `items` times an item more: whichever of both is the greater
  // says where its error leads.
  const bool repeated = life.items >= phase.items;
  const Bounded low = repeated ? *joules : Bounded{0, joules->upper, joules->lower};
  const Bounded one = repeated ? *each : Bounded{0, each->upper, each->lower};
  const double value = cost(all->value, joules->value, each->value);
  if (!std::isfinite(all->upper) || !std::isfinite(joules->upper)) {
    return Bounded{value, -kInfinity, kInfinity};
  }
  return Bounded{value, std::min(value, cost(all->lower, low.lower, one.lower)),
                 std::max(value, cost(all->upper, low.upper, one.upper))};
}

}  // namespace

std::optional<MeasuredName> measured_name(std::string_view name) {
  if (name == "seconds" || name == "joules") {
    return MeasuredName{name == "joules" ? Kind::joules : Kind::seconds, "", false};
  }
  if (name == "lifetime_joules") {
    return MeasuredName{Kind::lifetime, "", false};
  }
  for (const Prefix& prefix : kPrefixes) {
    if (name.size() > prefix.text.size() && name.starts_with(prefix.text)) {
      return MeasuredName{prefix.quantity, std::string(name.substr(prefix.text.size())),
                          prefix.per_item};
    }
  }
  return std::nullopt;
}

absl::StatusOr<Bounded> measured_bounds(const MeasuredName& name, const Usage& usage,
                                        const MeasuredOptions& options, BoundKind kind) {
  if (name.quantity == Kind::lifetime) {
    return lifetime(usage, options, kind);
  }
  const bool time = name.quantity == Kind::seconds;
  if (name.phase.empty()) {
    return time ? absl::StatusOr<Bounded>(exactly(usage.wall.value))
                : bounded_in(usage.energy, usage.unmeasured, options.estimated, kind);
  }
  const auto used = phase_of(usage, name.phase);
  if (!used.ok()) {
    return used.status();
  }
  const PhaseUse& phase = **used;
  absl::StatusOr<Bounded> total =
      time ? absl::StatusOr<Bounded>(exactly(phase.time.value))
           : bounded_in(phase.energy, phase.unmeasured, options.estimated, kind);
  return name.per_item ? per_item(std::move(total), phase) : total;
}

absl::StatusOr<double> measured_value(const MeasuredName& name, const Usage& usage,
                                      const MeasuredOptions& options) {
  const auto bounded = measured_bounds(name, usage, options, BoundKind::whole);
  if (!bounded.ok()) {
    return bounded.status();
  }
  return bounded->value;
}

std::vector<const EnergyReading*> readings_of(const MeasuredName& name, const Usage& usage,
                                              const MeasuredOptions& options) {
  std::vector<const EnergyReading*> readings;
  const auto put = [&readings](const std::optional<EnergyReading>& energy) {
    if (energy) {
      readings.push_back(&*energy);
    }
  };
  const bool lives = name.quantity == Kind::lifetime;
  if (lives || (name.needs_energy() && name.phase.empty())) {
    put(usage.energy);
  }
  if (lives || (name.needs_energy() && !name.phase.empty())) {
    const auto phase = phase_of(usage, lives ? options.lifetime->phase : name.phase);
    if (phase.ok()) {
      put((*phase)->energy);
    }
  }
  return readings;
}

}  // namespace evolt
