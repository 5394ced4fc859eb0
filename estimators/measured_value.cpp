#include "estimators/measured_value.hpp"

#include "core/words.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cmath>
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

absl::StatusOr<double> per_item(absl::StatusOr<double> total, const PhaseUse& phase) {
  if (total.ok() && phase.items < 1) {
    return absl::NotFoundError(absl::StrCat("the phase \"", phase.name, "\" never said its items"));
  }
  return total.ok() ? *total / static_cast<double>(phase.items) : std::move(total);
}

absl::StatusOr<double> lifetime(const Usage& usage, const MeasuredOptions& options) {
  const Lifetime& life = *options.lifetime;
  const auto all = joules_in(usage.energy, usage.unmeasured, options.estimated);
  if (!all.ok()) {
    return all;
  }
  const auto used = phase_of(usage, life.phase);
  if (!used.ok()) {
    return used.status();
  }
  const auto joules = joules_in((*used)->energy, (*used)->unmeasured, options.estimated);
  const auto each = per_item(joules, **used);
  if (!each.ok()) {
    return each;
  }
  return std::max(0.0, *all - *joules) + static_cast<double>(life.items) * *each;
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

absl::StatusOr<double> measured_value(const MeasuredName& name, const Usage& usage,
                                      const MeasuredOptions& options) {
  if (name.quantity == Kind::lifetime) {
    return lifetime(usage, options);
  }
  const bool time = name.quantity == Kind::seconds;
  if (name.phase.empty()) {
    return time ? absl::StatusOr<double>(usage.wall.value)
                : joules_in(usage.energy, usage.unmeasured, options.estimated);
  }
  const auto phase = phase_of(usage, name.phase);
  if (!phase.ok()) {
    return phase.status();
  }
  absl::StatusOr<double> total =
      time ? absl::StatusOr<double>((*phase)->time.value)
           : joules_in((*phase)->energy, (*phase)->unmeasured, options.estimated);
  return name.per_item ? per_item(std::move(total), **phase) : total;
}

}  // namespace evolt
