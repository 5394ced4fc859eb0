#include "service/report/usage_totals.hpp"

namespace evolt {

void UsageTotals::add(const Usage& usage) {
  count(usage, 1);
}

void UsageTotals::take_back(const Usage& usage) {
  count(usage, -1);
}

void UsageTotals::count(const Usage& usage, int sign) {
  attempts_ += sign;
  wall_ += usage.wall * sign;
  startup_ += usage.startup.value_or(Seconds{}) * sign;
  cpu_ += usage.cpu.value_or(Seconds{}) * sign;
  if (usage.energy) {
    metered_ += sign;
    joules_ += usage.energy->joules * sign;
  }
}

std::optional<Joules> UsageTotals::joules() const {
  return attempts_ > 0 && metered_ == attempts_ ? std::optional(joules_) : std::nullopt;
}

}  // namespace evolt
