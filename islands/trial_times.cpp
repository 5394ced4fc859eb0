#include "islands/trial_times.hpp"

#include <algorithm>
#include <utility>

namespace evolt {

TrialTimes::TrialTimes(const KnownTimes& known) {
  known_.longest_cut = known.longest_cut;
  for (const Seconds wall : known.ended) {
    end(wall);
  }
}

void TrialTimes::end(Seconds wall) {
  if (known_.ended.size() < kKept) {
    known_.ended.push_back(wall);
  } else {
    known_.ended[std::exchange(next_, (next_ + 1) % kKept)] = wall;
  }
}

void TrialTimes::cut(Seconds wall) {
  known_.longest_cut = std::max(known_.longest_cut, wall);
}

std::optional<Seconds> TrialTimes::forecast() const {
  if (known_.ended.empty()) {
    return known_.longest_cut > Seconds{} ? std::optional(known_.longest_cut) : std::nullopt;
  }
  std::vector<Seconds> sorted = known_.ended;
  std::sort(sorted.begin(), sorted.end());
  return sorted.size() < kFew ? sorted.back() : sorted[(sorted.size() * 9 + 9) / 10 - 1];
}

}  // namespace evolt
