#include "propagator/axis.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace evolt {
namespace {

constexpr int kLinearDigits = 14;
constexpr int kLogDigits = 13;
/// Above this many steps a range is too fine for its grid values to be rounded to decimals.
constexpr std::int64_t kMostTidyLevels = 1'000'000;
constexpr double kExactDoubles = 0x1p52;

double power_of_ten(int n) {
  // Those a double holds exactly, so that dividing by one gives the double nearest to the decimal.
  static constexpr std::array kExact = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  return n < static_cast<int>(kExact.size()) ? kExact[static_cast<std::size_t>(n)]
                                             : std::pow(10.0, n);
}

double round_decimal(double x, int decimals) {
  if (decimals > 300 || decimals < -300) {
    return x;
  }
  if (decimals >= 0) {
    const double power = power_of_ten(decimals);
    return std::nearbyint(x * power) / power;
  }
  const double power = power_of_ten(-decimals);
  return std::nearbyint(x / power) * power;
}

double to_number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  return std::get<double>(value);
}

double unit(double gene) {
  return gene > 0 ? std::min(gene, 1.0) : 0.0;
}

/// A gene that reads exactly as `target`, near `guess`; the closest one where there is none.
/// Requires: read is nondecreasing.
template <typename Read>
double settle(double guess, double target, const Read& read) {
  guess = unit(guess);
  if (read(guess) == target) {
    return guess;
  }
  double low = std::max(0.0, guess - 1e-6);
  double high = std::min(1.0, guess + 1e-6);
  for (int i = 0; i < 64; ++i) {
    const double middle = low + (high - low) / 2;
    const double found = read(middle);
    if (found == target) {
      return middle;
    }
    (found < target ? low : high) = middle;
  }
  return std::abs(read(low) - target) < std::abs(read(high) - target) ? low : high;
}

}  // namespace

Axis::Axis(const Domain& domain) {
  levels_ = value_count(domain).value_or(0);
  if (const auto* choice = std::get_if<ChoiceDomain>(&domain)) {
    kind_ = Kind::choice;
    values_ = choice->values;
  } else if (const auto* ordinal = std::get_if<OrdinalDomain>(&domain)) {
    kind_ = Kind::ordinal;
    values_ = ordinal->values;
  } else if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    kind_ = Kind::whole;
    log_ = whole->scale == Scale::log;
    whole_low_ = whole->low;
    whole_step_ = whole->step;
    low_ = static_cast<double>(whole->low);
    high_ = static_cast<double>(whole->high);
    step_ = static_cast<double>(whole->step);
  } else {
    const auto& real = std::get<FloatDomain>(domain);
    kind_ = levels_ > 0 ? Kind::stepped : Kind::real;
    log_ = real.scale == Scale::log;
    low_ = real.low;
    high_ = real.high;
    step_ = real.step.value_or(0);
    const double half_width = std::max(high_ / 2 - low_ / 2, 1e-300);
    const double decade = std::floor(std::log10(half_width) + std::log10(2.0));
    decimals_ = kLinearDigits - static_cast<int>(decade);
    const double largest = std::max(std::abs(low_), std::abs(high_));
    rounded_ = levels_ <= kMostTidyLevels &&
               std::log10(std::max(largest, 1e-300)) + decimals_ < std::log10(kExactDoubles);
  }
  if (log_) {
    const double last = low_ + static_cast<double>(std::max<std::int64_t>(levels_ - 1, 0)) * step_;
    const bool discrete = levels_ > 0;
    ln_low_ = std::log(discrete ? std::max(low_ - step_ / 2, low_ / 2) : low_);
    ln_width_ = std::log(discrete ? last + step_ / 2 : high_) - ln_low_;
  }
}

std::int64_t Axis::level(double gene) const {
  assert(levels_ > 0);
  if (kind_ == Kind::choice) {
    const auto last = static_cast<double>(levels_ - 1);
    return gene > 0 ? static_cast<std::int64_t>(std::min(std::nearbyint(gene), last)) : 0;
  }
  const double position = log_
                              ? std::nearbyint((std::exp(ln_low_ + unit(gene) * ln_width_) - low_) /
                                               std::max(step_, 0x1p-1000))
                              : std::floor(unit(gene) * static_cast<double>(levels_));
  const auto last = static_cast<double>(levels_ - 1);
  return position > 0 ? static_cast<std::int64_t>(std::min(position, last)) : 0;
}

double Axis::gene_at(std::int64_t level) const {
  assert(level >= 0 && level < levels_);
  const auto k = static_cast<double>(level);
  if (kind_ == Kind::choice) {
    return k;
  }
  const double guess = log_ ? (std::log(low_ + k * step_) - ln_low_) / ln_width_
                            : (k + 0.5) / static_cast<double>(levels_);
  return settle(guess, k, [this](double gene) { return static_cast<double>(this->level(gene)); });
}

double Axis::edge(std::int64_t level) const {
  assert(!is_choice() && level >= 0 && level <= levels_);
  if (level == 0 || level == levels_) {
    return level == 0 ? 0 : 1;
  }
  const auto k = static_cast<double>(level);
  return log_ ? unit((std::log(low_ + (k - 0.5) * step_) - ln_low_) / ln_width_)
              : k / static_cast<double>(levels_);
}

double Axis::tidy(double x, double ln_x) const {
  if (log_) {
    const double decade = std::floor(ln_x * std::numbers::log10e);
    x = round_decimal(x, kLogDigits - 1 - static_cast<int>(decade));
  } else if (rounded_) {
    x = round_decimal(x, decimals_);
  }
  return std::clamp(x, low_, high_) + 0.0;  // + 0.0: there is one zero
}

double Axis::real_at(double gene) const {
  if (!(gene > 0)) {
    return low_ + 0.0;
  }
  if (gene >= 1) {
    return high_ + 0.0;
  }
  if (log_) {
    const double ln_x = ln_low_ + gene * ln_width_;
    return tidy(std::exp(ln_x), ln_x);
  }
  return tidy(std::lerp(low_, high_, gene), 0);
}

double Axis::stepped_at(std::int64_t level) const {
  const double x = low_ + static_cast<double>(level) * step_;
  return std::clamp(rounded_ ? round_decimal(x, decimals_) : x, low_, high_) + 0.0;
}

double Axis::reading(double gene) const {
  switch (kind_) {
    case Kind::real:
      return real_at(gene);
    case Kind::stepped:
      return stepped_at(level(gene));
    case Kind::whole:
      return static_cast<double>(whole_low_ + level(gene) * whole_step_);
    default:
      return static_cast<double>(level(gene));
  }
}

Value Axis::value(double gene) const {
  switch (kind_) {
    case Kind::real:
    case Kind::stepped:
      return reading(gene);
    case Kind::whole:
      return whole_low_ + level(gene) * whole_step_;
    default:
      return values_[static_cast<std::size_t>(level(gene))];
  }
}

double Axis::reading_of(const Value& value) const {
  if (values_.empty()) {
    return to_number(value);
  }
  const auto same = [&](const Value& v) { return same_value(v, value); };
  const auto found = std::find_if(values_.begin(), values_.end(), same);
  assert(found != values_.end());
  return static_cast<double>(found - values_.begin());
}

double Axis::gene(const Value& value) const {
  const double x = reading_of(value);
  if (levels_ == 1) {
    return kind_ == Kind::choice ? 0 : 0.5;
  }
  if (!values_.empty()) {
    return gene_at(static_cast<std::int64_t>(x));
  }
  if (levels_ > 0) {
    const double k = std::nearbyint((x - low_) / step_);
    return gene_at(static_cast<std::int64_t>(std::clamp(k, 0.0, static_cast<double>(levels_ - 1))));
  }
  const double guess = log_ ? (std::log(std::clamp(x, low_, high_)) - ln_low_) / ln_width_
                            : (x / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
  return settle(guess, x, [this](double gene) { return real_at(gene); });
}

}  // namespace evolt
