#include "propagator/kernel_density.hpp"

#include "propagator/reflect.hpp"

#include <absl/container/inlined_vector.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace evolt {
namespace {

constexpr float kAbsent = -1;  // in place of a centre where the gene sleeps

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// ln(h Z sqrt(2 pi)) of a normal kernel cut off at 0 and 1.
float log_norm(double centre, double width) {
  const double inside = normal_cdf((1 - centre) / width) - normal_cdf(-centre / width);
  return static_cast<float>(std::log(width * inside * std::sqrt(2 * std::numbers::pi)));
}

/// e^x for x <= 0, relative error below 1e-3: sums of densities need no more. The polynomial is the
/// cubic through 2^f with exact ends.
float quick_exp(float x) {
  const float y = std::max(x * std::numbers::log2e_v<float>, -126.0F);
  const auto whole = static_cast<std::int32_t>(y) - 1;
  const float f = y - static_cast<float>(whole);
  const float power = 1.0F + f * (0.69583354F + f * (0.22606716F + f * 0.07809930F));
  return std::bit_cast<float>((whole + 127) << 23) * power;
}

}  // namespace

KernelWidth::KernelWidth(double width) : width_(static_cast<float>(width)) {
  assert(width > 0);
  for (std::size_t k = 0; k <= kPlaces; ++k) {
    log_norm_[k] = evolt::log_norm(static_cast<double>(k) / kPlaces, width);
  }
}

float KernelWidth::log_norm(float centre) const {
  const float place = std::clamp(centre, 0.0F, 1.0F) * kPlaces;
  const auto k = std::min(static_cast<std::size_t>(place), kPlaces - 1);
  return std::lerp(log_norm_[k], log_norm_[k + 1], place - static_cast<float>(k));
}

KernelDensity::KernelDensity(const Encoding& encoding, std::vector<Centre> centres)
    : encoding_(encoding), centres_(std::move(centres)) {
  lay_out();
  const double least = 1 / std::min(100.0, static_cast<double>(size() + 1));
  for (std::size_t i = 0; i < genes_.size(); ++i) {
    if (!genes_[i].choice) {
      spread_by_neighbours(i, least);
    }
  }
}

KernelDensity::KernelDensity(const Encoding& encoding, std::vector<Centre> centres,
                             const KernelWidth& width)
    : encoding_(encoding), centres_(std::move(centres)) {
  lay_out();
  for (std::size_t i = 0; i < genes_.size(); ++i) {
    for (std::size_t k = 0; k < centres_.size() && !genes_[i].choice; ++k) {
      const float centre = at_[i * stride_ + k];
      if (centre != kAbsent) {
        set_number(i, k, centre, width.width(), width.log_norm(centre));
      }
    }
  }
}

/// Everything but the widths.
void KernelDensity::lay_out() {
  const std::size_t count = encoding_.size();
  stride_ = (size() + kLanes - 1) / kLanes * kLanes;
  genes_.resize(count);
  at_.assign(count * stride_, kAbsent);
  inverse_.assign(count * stride_, 0);
  log_norm_.assign(count * stride_, 0);
  sums_.resize(stride_);
  const double e = 1 / static_cast<double>(size());
  static const float prior_norm = log_norm(0.5, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const auto choices = static_cast<double>(encoding_.choices(i));
    genes_[i].choice = choices > 0;
    if (choices > 0) {
      genes_[i].hit = static_cast<float>(std::log((choices + e) / (1 + e)));
      genes_[i].miss = static_cast<float>(std::log(e / (1 + e)));
    } else {
      set_number(i, size() - 1, 0.5F, 1, prior_norm);
    }
    for (std::size_t k = 0; k < centres_.size(); ++k) {
      if (centres_[k].mask[i]) {
        at_[i * stride_ + k] = static_cast<float>(centres_[k].genome->genes[i]);
      }
    }
  }
}

void KernelDensity::set_number(std::size_t gene, std::size_t kernel, float centre, float width,
                               float log_norm) {
  const std::size_t place = gene * stride_ + kernel;
  at_[place] = centre;
  inverse_[place] = 1 / (width * std::numbers::sqrt2_v<float>);
  log_norm_[place] = log_norm;
}

void KernelDensity::spread_by_neighbours(std::size_t gene, double least) {
  absl::InlinedVector<std::pair<double, std::size_t>, 32> sorted;
  for (std::size_t k = 0; k < centres_.size(); ++k) {
    if (centres_[k].mask[gene]) {
      sorted.emplace_back(centres_[k].genome->genes[gene], k);
    }
  }
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t j = 0; j < sorted.size(); ++j) {
    const auto [x, k] = sorted[j];
    const double left = x - (j > 0 ? sorted[j - 1].first : 0);
    const double right = (j + 1 < sorted.size() ? sorted[j + 1].first : 1) - x;
    const double width = std::clamp(std::max(left, right), least, 1.0);
    set_number(gene, k, static_cast<float>(x), static_cast<float>(width), log_norm(x, width));
  }
}

double KernelDensity::drawn_gene(std::size_t gene, std::size_t kernel, Rng& rng) const {
  const double centre = centres_[kernel].genome->genes[gene];
  if (genes_[gene].choice) {
    const bool keeps = !rng.chance(1 / static_cast<double>(size() + 1));
    return keeps ? centre : encoding_.random_gene(gene, rng);
  }
  const double width =
      1 / (static_cast<double>(inverse_[gene * stride_ + kernel]) * std::numbers::sqrt2);
  constexpr int kTries = 8;
  double x = centre + width * rng.normal();
  for (int i = 1; i < kTries && !(x >= 0 && x <= 1); ++i) {
    x = centre + width * rng.normal();
  }
  return reflect(x);
}

double KernelDensity::borrowed_gene(std::size_t gene, Rng& rng) const {
  absl::InlinedVector<std::size_t, 32> awake;
  for (std::size_t k = 0; k < centres_.size(); ++k) {
    if (centres_[k].mask[gene]) {
      awake.push_back(k);
    }
  }
  return awake.empty() ? encoding_.random_gene(gene, rng)
                       : drawn_gene(gene, awake[rng.below(awake.size())], rng);
}

Genome KernelDensity::draw(std::size_t k, Rng& rng) const {
  assert(k < size());
  if (k == centres_.size()) {
    return encoding_.random(rng);
  }
  Genome genome = *centres_[k].genome;
  for (std::size_t i = 0; i < genes_.size(); ++i) {
    genome.genes[i] = centres_[k].mask[i] ? drawn_gene(i, k, rng) : borrowed_gene(i, rng);
  }
  return genome;
}

double KernelDensity::log_density(const Genome& genome, const ActiveMask& mask) {
  std::fill(sums_.begin(), sums_.end(), 0.0F);
  float* const sums = sums_.data();
  for (std::size_t i = 0; i < genes_.size(); ++i) {
    if (!mask[i]) {
      continue;
    }
    const auto x = static_cast<float>(genome.genes[i]);
    const float* const at = at_.data() + i * stride_;
    if (genes_[i].choice) {
      const auto [choice, hit, miss] = genes_[i];
      for (std::size_t k = 0; k < stride_; ++k) {
        const float other = at[k] < 0 ? 0.0F : miss;
        sums[k] += at[k] == x ? hit : other;
      }
      continue;
    }
    const float* const inverse = inverse_.data() + i * stride_;
    const float* const norm = log_norm_.data() + i * stride_;
    for (std::size_t k = 0; k < stride_; ++k) {
      const float z = (x - at[k]) * inverse[k];
      sums[k] -= z * z + norm[k];
    }
  }
  const auto most =
      *std::max_element(sums_.begin(), sums_.begin() + static_cast<std::ptrdiff_t>(size()));
  std::array<float, kLanes> lanes{};
  std::fill(sums_.begin() + static_cast<std::ptrdiff_t>(size()), sums_.end(), most - 200);
  for (std::size_t k = 0; k < stride_; k += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += quick_exp(sums[k + lane] - most);
    }
  }
  double total = 0;
  for (const float lane : lanes) {
    total += static_cast<double>(lane);
  }
  return static_cast<double>(most) + std::log(total / static_cast<double>(size()));
}

}  // namespace evolt
