#include "service/scaling/quiet_looks.hpp"

#include "service/run/poll_pause.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

QuietLooks::QuietLooks(Seconds waking) : longest_(PollPause::kLongest + waking) {
  PollPause pause;
  Seconds at = pause.next(true) + waking;
  for (Seconds step; step < longest_; at += step) {
    looks_.push_back(at);
    step = pause.next(false) + waking;
  }
  looks_.push_back(at);
}

Seconds QuietLooks::at_or_after(Seconds least) const {
  if (least <= looks_.back()) {
    return *std::lower_bound(looks_.begin(), looks_.end(), least);
  }
  return looks_.back() + std::ceil((least - looks_.back()) / longest_) * longest_;
}

}  // namespace evolt
