#include "workers/energy/gpu/counter_probe.hpp"

#include <algorithm>

namespace evolt {
namespace {

struct Seen {
  bool read = false;
  std::optional<std::uint64_t> last;
  std::optional<std::uint64_t> at_first_change;
  std::vector<double> changes;  // when
};

void look(Seen& seen, const std::optional<std::uint64_t>& value, double now) {
  if (seen.last && value && *value != *seen.last) {
    seen.changes.push_back(now);
    if (seen.changes.size() == 1) {
      seen.at_first_change = value;
    }
  }
  seen.read = value.has_value();
  seen.last = value ? value : seen.last;
}

CounterStep step_of(const Seen& seen, Seconds spent) {
  CounterStep result{.read = seen.read, .moved = !seen.changes.empty(), .step = spent};
  if (seen.changes.size() < 2) {
    return result;
  }
  std::vector<double> gaps;
  for (std::size_t i = 1; i < seen.changes.size(); ++i) {
    gaps.push_back(seen.changes[i] - seen.changes[i - 1]);
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  result.step = {*middle};
  result.between = {seen.changes.back() - seen.changes.front()};
  result.counts = static_cast<double>(*seen.last) - static_cast<double>(*seen.at_first_change);
  return result;
}

}  // namespace

std::vector<CounterStep> probe_steps(
    const std::function<std::vector<std::optional<std::uint64_t>>()>& read, const Clock& clock,
    Seconds longest, const std::function<void()>& pause, int changes) {
  const double begun = clock.now().value;
  std::vector<Seen> seen;
  while (true) {
    const std::vector<std::optional<std::uint64_t>> values = read();
    const double now = clock.now().value;
    seen.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      look(seen[i], values[i], now);
    }
    const bool enough = std::all_of(seen.begin(), seen.end(), [changes](const Seen& one) {
      return !one.read || one.changes.size() >= static_cast<std::size_t>(changes);
    });
    if (enough || now - begun >= longest.value) {
      std::vector<CounterStep> steps;
      for (const Seen& one : seen) {
        steps.push_back(step_of(one, {now - begun}));
      }
      return steps;
    }
    pause();
  }
}

}  // namespace evolt
