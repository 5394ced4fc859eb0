#include "service/scaling/delays.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {
namespace {

constexpr double kLeast = 1e-6;
constexpr double kMost = 3600;
constexpr double kGrowth = 1.02;

}  // namespace

void Delays::add(Seconds delay) {
  const double value = std::clamp(delay.value, kLeast, kMost);
  const auto bucket = static_cast<std::size_t>(std::log(value / kLeast) / std::log(kGrowth));
  if (buckets_.size() <= bucket) {
    buckets_.resize(bucket + 1);
  }
  ++buckets_[bucket];
  ++count_;
  sum_ += delay;
}

Seconds Delays::mean() const {
  return count_ == 0 ? Seconds{} : sum_ / static_cast<double>(count_);
}

Seconds Delays::quantile(double share) const {
  const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_)));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) {
      return {kLeast * std::pow(kGrowth, static_cast<double>(bucket) + 0.5)};
    }
  }
  return {};
}

}  // namespace evolt
