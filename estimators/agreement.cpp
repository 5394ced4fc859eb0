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
  const double early_off = early - early_;
  const double late_off = late - late_;
  early_ += share * early_off;
  late_ += share * late_off;
  early_variance_ = (1 - share) * (early_variance_ + share * early_off * early_off);
  late_variance_ = (1 - share) * (late_variance_ + share * late_off * late_off);
  covariance_ = (1 - share) * (covariance_ + share * early_off * late_off);
  best_late_ = seen_ == 1 ? late : std::min(best_late_, late);
}

Agreement::Foretold Agreement::foretell(double early) const {
  if (seen_ == 0) {
    return {.late = early};
  }
  const double slope =
      early_variance_ > 0 ? std::clamp(covariance_ / early_variance_, 0.0, 1.0) : 1.0;
  const double left = late_variance_ - 2 * slope * covariance_ + slope * slope * early_variance_;
  return {.late = std::max(late_ + slope * (early - early_), best_late_),
          .slope = slope,
          .variance = std::max(left, 0.0)};
}

}  // namespace evolt
