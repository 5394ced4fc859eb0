#include "workers/energy/meter/window_tally.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr double kFullCoverage = 0.95;

EnergyLabel weaker(EnergyLabel a, EnergyLabel b) {
  return a == EnergyLabel::none || b == EnergyLabel::none ? EnergyLabel::none : std::max(a, b);
}

EnergyLabel demoted(EnergyLabel label) {
  return label == EnergyLabel::none || label == EnergyLabel::declared
             ? label
             : static_cast<EnergyLabel>(static_cast<int>(label) + 1);
}

/// Of a meter that was shared, as far as the label tells.
EnergyLabel shared_label(EnergyLabel label) {
  const bool exclusive =
      label == EnergyLabel::node_metered || label == EnergyLabel::counter_exclusive;
  return exclusive ? EnergyLabel::counter_shared : label;
}

/// One pool's part in the figure.
struct PoolFigure {
  double joules = 0;
  Interval bounds;
  Interval counted;  ///< bounds without the gain
  double variance = 0;
};

PoolFigure pool_figure(const PoolTally& tally, const EnergyPool& pool, Seconds time) {
  PoolFigure figure;
  figure.bounds = tally.sum.bounds();
  if (tally.dynamic) {
    const Interval tight = *tally.dynamic + tally.sum.idle() + tally.sum.error();
    if (tight.lower <= figure.bounds.upper && tight.upper >= figure.bounds.lower) {
      figure.bounds = common(figure.bounds, tight);
    }
  }
  const Seconds seen = time - tally.gap;
  figure.joules =
      std::clamp(tally.sum.joules() * (time / seen), figure.bounds.lower, figure.bounds.upper);
  figure.counted = figure.bounds;
  figure.bounds.lower /= 1 + pool.gain;
  figure.bounds.upper /= 1 - pool.gain;
  const double gain = pool.gain * figure.joules;
  const double edge = (pool.most * pool.step).value;
  figure.variance = gain * gain + edge * edge + tally.gap_most.value * tally.gap_most.value;
  return figure;
}

/// What of the bounds is the gain of one sensor and no more. Divided by what that sensor shows of a
/// joule, its own part has no gain any more and the others have both. Narrower than `bounds` only
/// where its part is the larger one.
class CommonGain {
 public:
  void add(const PoolFigure& figure, const EnergyPool& pool) { parts_.push_back({figure, &pool}); }

  /// The sensor is the one with the highest power, so that it is the same in every window of these
  /// pools.
  double of(const Interval& bounds) const {
    const auto chief =
        std::max_element(parts_.begin(), parts_.end(),
                         [](const Part& a, const Part& b) { return a.pool->most < b.pool->most; });
    Interval own;
    for (auto part = parts_.begin(); part != parts_.end(); ++part) {
      const double gain = chief->pool->gain;
      own.lower +=
          part == chief ? part->figure.counted.lower : part->figure.bounds.lower * (1 - gain);
      own.upper +=
          part == chief ? part->figure.counted.upper : part->figure.bounds.upper * (1 + gain);
    }
    const double above = 1 - own.upper / bounds.upper;
    const double below = bounds.lower > 0 ? own.lower / bounds.lower - 1 : above;
    return std::max(0.0, std::min(above, below));
  }

 private:
  struct Part {
    PoolFigure figure;
    const EnergyPool* pool;
  };
  std::vector<Part> parts_;
};

/// Why a pool has no figure; empty: it has.
std::string obstacle(const PoolTally& tally, const EnergyPool& pool, Seconds time) {
  if (time < kFigureSteps * pool.step) {
    return absl::StrCat("below resolution: ", time.value, " s is fewer than ten steps of ",
                        pool.sensors.front(), " (", pool.step.value, " s)");
  }
  if (time - tally.gap < 1e-3 * time || !std::isfinite(tally.sum.bounds().upper)) {
    return absl::StrCat(pool.sensors.front(), " was not read");
  }
  return "";
}

}  // namespace

PoolTally& PoolTally::operator+=(const PoolTally& piece) {
  sum += piece.sum;
  gap += piece.gap;
  gap_most += piece.gap_most;
  suspect = suspect || piece.suspect;
  shared = shared || piece.shared;
  by_use = by_use || piece.by_use;
  by_share = by_share || piece.by_share;
  dynamic.reset();
  return *this;
}

WindowTally& WindowTally::operator+=(const WindowTally& piece) {
  time += piece.time;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    pools[i] += piece.pools[i];
  }
  return *this;
}

EnergyLabel of_coverage(EnergyLabel label, double coverage) {
  return coverage < kFullCoverage ? demoted(label) : label;
}

WindowFigure figure(const WindowTally& tally, std::span<const EnergyPool> pools,
                    const ReadingTerms& terms) {
  EnergyReading reading{.coverage = 1, .host_class = terms.host_class};
  Interval bounds;
  CommonGain gain;
  double variance = 0;
  bool weak = false;
  Watts most;
  bool bounded = true;
  bool by_cpu = false;
  bool by_use = false;
  bool by_share = false;
  std::optional<EnergyLabel> label;
  std::string withheld;
  std::optional<EnergyLabel> whole;  // of a meter that has everything within
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const PoolTally& of = tally.pools[i];
    const EnergyPool& pool = pools[i];
    if (!of.part_of) {
      continue;
    }
    const bool residual = pool.kind == EnergyPool::Kind::residual;
    if (std::string why = obstacle(of, pool, tally.time); !why.empty()) {
      if (residual) {
        withheld = std::move(why);
        continue;
      }
      return {std::nullopt, std::move(why), tally.time};
    }
    const PoolFigure one = pool_figure(of, pool, tally.time);
    reading.joules += Joules{one.joules};
    bounds += one.bounds;
    gain.add(one, pool);
    variance += one.variance;
    reading.gap = std::max(reading.gap, of.gap);
    most = most + pool.most;
    bounded = bounded && pool.most.value > 0;
    weak = weak || of.suspect || !bounded;
    by_cpu = by_cpu || pool.kind != EnergyPool::Kind::device;
    const bool device = pool.kind == EnergyPool::Kind::device;
    by_use = by_use || (device && of.by_use);
    by_share = by_share || (device && of.by_share);
    if (residual && !of.shared) {
      whole = pool.label;
    }
    const EnergyLabel own = of.shared ? shared_label(pool.label) : pool.label;
    label = label ? weaker(*label, own) : own;
    reading.sensors.insert(reading.sensors.end(), pool.sensors.begin(), pool.sensors.end());
    if (std::find(reading.scope.begin(), reading.scope.end(), pool.part) == reading.scope.end()) {
      reading.scope.push_back(pool.part);
    }
  }
  if (!label) {
    return {std::nullopt,
            withheld.empty() ? "nothing that this trial uses is measured" : std::move(withheld),
            tally.time};
  }
  if (!(reading.joules.value > 0)) {
    return {std::nullopt, "the meters counted nothing", tally.time};
  }
  reading.lower = Joules{bounds.lower};
  reading.upper = Joules{bounds.upper};
  reading.gain = gain.of(bounds);
  reading.sigma_rel = std::sqrt(variance) / reading.joules.value;
  reading.coverage = 1 - reading.gap / tally.time;
  reading.label = whole.value_or(*label);
  if (weak || reading.coverage < kFullCoverage) {
    reading.label = demoted(reading.label);
  }
  if (by_cpu) {
    reading.attribution = terms.attribution;
  }
  if (by_cpu || by_use) {
    reading.idle = terms.idle;
  }
  const auto divided_by = [&](bool so, const char* how) {
    if (so) {
      absl::StrAppend(&reading.attribution, reading.attribution.empty() ? "" : "; ", how);
    }
  };
  divided_by(by_use, "device use");
  divided_by(by_share, "device shares");
  return {std::move(reading), "", tally.time, bounded ? most : Watts{0}};
}

}  // namespace evolt
