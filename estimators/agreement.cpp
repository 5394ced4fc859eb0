#include "estimators/agreement.hpp"

#include <algorithm>

namespace evolt {

void Agreement::add(double early, double late) {
  double same = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < known_; ++i) {
    const auto& [other_early, other_late] = partners_[i];
    if (other_late == late) {
      continue;
    }
    ++pairs;
    if (other_early == early) {
      same += 0.5;
    } else if ((early < other_early) == (late < other_late)) {
      ++same;
    }
  }
  if (pairs > 0) {
    constexpr double kKeep = 1 - 1 / kMemory;
    trials_ = kKeep * trials_ + 1;
    concordant_ = kKeep * concordant_ + same / pairs;
  }
  remember(early, late);
}

void Agreement::remember(double early, double late) {
  partners_[next_] = {early, late};
  next_ = (next_ + 1) % kPartners;
  known_ = std::min(known_ + 1, kPartners);
  seen_ = std::min(seen_ + 1, kMemory);
  const double share = 1 / seen_;
  const double off = late - early - gain_;
  gain_ += share * off;
  gain_variance_ = (1 - share) * (gain_variance_ + share * off * off);
}

}  // namespace evolt
