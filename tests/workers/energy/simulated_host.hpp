#pragma once

#include "core/rng.hpp"
#include "workers/energy/meter/host_account.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace evolt::test {

/// Energy over time of one part of a host: power is constant between the moments when it is set.
class TrueEnergy {
 public:
  explicit TrueEnergy(double watts = 0) : pieces_{{0, 0, watts}} {}

  void set(double t, double watts) {
    pieces_.push_back({t, at(t), watts});
    if (pieces_.size() > 4'096) {
      pieces_.erase(pieces_.begin(), pieces_.begin() + 2'048);
    }
  }
  /// Requires: not long before the last moment of set().
  double at(double t) const {
    auto piece = pieces_.rbegin();
    while (piece->from > t && std::next(piece) != pieces_.rend()) {
      ++piece;
    }
    return piece->joules + piece->watts * (t - piece->from);
  }

 private:
  struct Piece {
    double from, joules, watts;
  };
  std::vector<Piece> pieces_;
};

/// A counter as hardware has it: it moves every `step`, in whole units, and begins again.
struct SimulatedCounter {
  double unit = 0;
  double step = 0;
  double phase = 0;           ///< of its steps, 0 .. step
  std::uint64_t modulus = 0;  ///< 0: 64 bits
  std::uint64_t offset = 0;
  double gain = 1;

  std::uint64_t read(const TrueEnergy& energy, double t) const {
    const double moved = std::max(0.0, std::floor((t - phase) / step) * step + phase);
    const auto counts = static_cast<std::uint64_t>(gain * energy.at(moved) / unit) + offset;
    return modulus > 0 ? counts % modulus : counts;
  }
};

struct MixOptions {
  std::size_t slots = 8;
  double cores = 32;  ///< of the host; the slots have them all
  double idle_watts = 80;
  double core_watts = 3;    ///< of a busy core at least, above idle
  double ratio = 1.5;       ///< by which trials differ at most
  double drift = 0;         ///< relative, of a trial's watts while it runs
  bool free_watts = false;  ///< every second any watts within the ratio
  double others = 0.2;      ///< cores that other processes use at most
  double seconds = 120;
  double shortest = 10, longest = 90;  ///< of a trial
  double rest = 40;                    ///< before the first trial
  double period = 1;                   ///< of reading
  double fail = 0;                     ///< probability that a read fails
  double gain = 0;                     ///< of the meter, at most
  double granularity = 0;              ///< s, of processor times
  AccountOptions account;
};

/// One trial that ran, and what is claimed of it.
struct MixTrial {
  double truth = 0;
  double seconds = 0;
  WindowFigure figure;
};

struct MixResult {
  std::vector<MixTrial> trials;
  std::vector<PoolBalance> balance;
  std::optional<double> counted;  ///< joules on the meter over the whole time, if no read failed
};

/// A host of one package whose slots run trials one after the other, and the account of it.
class SimulatedMix {
 public:
  SimulatedMix(MixOptions options, Rng rng)
      : o_(std::move(options)), rng_(rng), account_({channel()}, account_options()) {
    counter_ = {.unit = kUnit,
                .step = kStep,
                .phase = rng_.uniform(0, kStep),
                .modulus = std::uint64_t{1} << 32U,
                .offset = rng_.bits() >> 32U,
                .gain = 1 + o_.gain * rng_.uniform(-1, 1)};
    least_ = o_.core_watts * rng_.uniform(0.8, 1.2);
    slots_.resize(o_.slots);
  }

  MixResult run() {
    settle();
    look({});
    first_ = counter_.read(energy_, now_);
    advance(o_.rest);
    for (Slot& slot : slots_) {
      slot.next = now_ + rng_.uniform(0, 10);
    }
    const double end = now_ + o_.seconds;
    while (now_ < end || running() > 0) {
      step(now_ < end);
    }
    MixResult result{std::move(done_), account_.balance(), {}};
    if (o_.fail <= 0) {
      result.counted =
          static_cast<double>((counter_.read(energy_, now_) - first_) & 0xffffffffU) * kUnit;
    }
    return result;
  }

 private:
  static constexpr double kUnit = 6.103515625e-5;  // 2^-14 J
  static constexpr double kStep = 1e-3;

  struct Slot {
    std::uint64_t window = 0;  // 0: empty
    double next = 0;           // when it starts, or ends
    double began = 0;
    double use = 1;  // of its cores
    double now_use = 0;
    double watts = 0;  // of a CPU-second
    double now_watts = 0;
    double cpu = 0, dynamic = 0;
  };

  EnergyChannel channel() const {
    return {.name = "sim:package-0",
            .part = EnergyPart::package,
            .unit = kUnit,
            .modulus = std::uint64_t{1} << 32U,
            .most = Watts{1.1 * (o_.idle_watts + 1.2 * o_.core_watts * o_.ratio * (o_.cores + 1))},
            .step = Seconds{kStep},
            .gain = o_.gain,
            .label = EnergyLabel::counter_exclusive};
  }
  AccountOptions account_options() const {
    AccountOptions account = o_.account;
    account.cores = o_.cores;
    return account;
  }

  std::size_t running() const {
    return static_cast<std::size_t>(
        std::count_if(slots_.begin(), slots_.end(), [](const Slot& s) { return s.window != 0; }));
  }

  /// New rates from now on.
  void settle() {
    other_use_ = running() > 0 ? rng_.uniform(0, o_.others) : 0;
    double watts = o_.idle_watts + other_use_ * least_ * (1 + (o_.ratio - 1) * rng_.uniform());
    other_watts_ = watts - o_.idle_watts;
    for (Slot& slot : slots_) {
      if (slot.window == 0) {
        continue;
      }
      const double pause = rng_.chance(0.1) ? rng_.uniform(0.1, 0.5) : rng_.uniform(0.85, 1);
      slot.now_use = o_.cores / static_cast<double>(o_.slots) * slot.use * pause;
      slot.now_watts = o_.free_watts
                           ? least_ * (rng_.chance(0.5) ? (rng_.chance(0.5) ? 1 : o_.ratio)
                                                        : rng_.uniform(1, o_.ratio))
                           : slot.watts * (1 + o_.drift * rng_.uniform(-1, 1));
      watts += slot.now_use * slot.now_watts;
    }
    energy_.set(now_, watts);
  }

  void pass(double dt) {
    now_ += dt;
    busy_ += other_use_ * dt;
    for (Slot& slot : slots_) {
      if (slot.window != 0) {
        slot.cpu += slot.now_use * dt;
        busy_ += slot.now_use * dt;
        slot.dynamic += slot.now_use * slot.now_watts * dt;
      }
    }
  }

  Interval measured(double cpu) const {
    if (o_.granularity <= 0) {
      return {cpu, cpu};
    }
    const double shown = std::floor(cpu / o_.granularity) * o_.granularity;
    return {shown, shown + o_.granularity};
  }

  void look(std::optional<ReadStatus> status) {
    ChannelReading reading{
        .status = ReadStatus::ok, .raw = counter_.read(energy_, now_), .taken = Seconds{now_}};
    if (status) {
      reading.status = *status;
    }
    std::vector<std::pair<WindowId, std::optional<CpuTime>>> windows;
    for (const Slot& slot : slots_) {
      if (slot.window != 0) {
        windows.emplace_back(slot.window, measured(slot.cpu));
      }
    }
    account_.round({Seconds{now_}, {&reading, 1}, measured(busy_), windows});
  }
  std::optional<ReadStatus> luck() {
    return o_.fail > 0 && rng_.chance(o_.fail) ? std::optional(ReadStatus::stale) : std::nullopt;
  }

  /// Rates change each second; reading has a pace of its own.
  void advance(double seconds) {
    const double until = now_ + seconds;
    while (now_ < until) {
      const double dt = std::min({until - now_, next_change_ - now_, next_read_ - now_});
      pass(std::max(0.0, dt));
      if (now_ >= next_change_) {
        settle();
        next_change_ = now_ + 1;
      }
      if (now_ >= next_read_) {
        look(luck());
        next_read_ = now_ + o_.period;
      }
    }
  }

  void step(bool more) {
    Slot* slot = nullptr;
    for (Slot& one : slots_) {
      if ((one.window != 0 || more) && (slot == nullptr || one.next < slot->next)) {
        slot = &one;
      }
    }
    if (slot == nullptr) {
      return;
    }
    advance(std::max(0.0, slot->next - now_));
    look(luck());
    if (slot->window != 0) {
      finish(*slot);
    } else {
      *slot = Slot{.window = ++windows_,
                   .began = now_,
                   .use = rng_.uniform(0.4, 1),
                   .watts = least_ * rng_.uniform(1, o_.ratio)};
      slot->next = now_ + o_.shortest * std::pow(o_.longest / o_.shortest, rng_.uniform());
      account_.open(slot->window, {.cores = o_.cores / static_cast<double>(o_.slots)},
                    Seconds{now_}, measured(0));
    }
    settle();
  }

  void finish(Slot& slot) {
    const double share = 1 / static_cast<double>(o_.slots);
    const double seconds = now_ - slot.began;
    done_.push_back({slot.dynamic + share * o_.idle_watts * seconds, seconds,
                     account_.close(slot.window, Seconds{now_}).whole});
    slot = Slot{.next = now_ + rng_.uniform(0.1, 2)};
  }

  MixOptions o_;
  Rng rng_;
  HostAccount account_;
  SimulatedCounter counter_;
  TrueEnergy energy_{80};
  double now_ = 0, next_change_ = 1, next_read_ = 1;
  double least_ = 0, busy_ = 0, other_use_ = 0, other_watts_ = 0;
  std::uint64_t windows_ = 0, first_ = 0;
  std::vector<Slot> slots_;
  std::vector<MixTrial> done_;
};

/// What many mixes show together.
struct MixFigures {
  std::size_t trials = 0, missing = 0, outside = 0;
  double worst_balance = 0;         ///< relative, of trials + other + idle against the meter
  std::vector<double> half_widths;  ///< relative to the figure
  std::vector<double> errors;       ///< relative, of the figure
  double spearman = 0;              ///< mean over mixes of at least eight trials
  double ties = 0;                  ///< share of pairs whose bounds overlap

  double median(std::vector<double> of) const {
    if (of.empty()) {
      return std::nan("");
    }
    std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2), of.end());
    return of[of.size() / 2];
  }
};

/// Rank correlation; ties do not occur among measured doubles.
inline double spearman(const std::vector<std::pair<double, double>>& pairs) {
  const std::size_t n = pairs.size();
  const auto ranks = [&](auto get) {
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) {
      order[i] = i;
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return get(pairs[a]) < get(pairs[b]); });
    std::vector<double> rank(n);
    for (std::size_t i = 0; i < n; ++i) {
      rank[order[i]] = static_cast<double>(i);
    }
    return rank;
  };
  const std::vector<double> a = ranks([](const auto& p) { return p.first; });
  const std::vector<double> b = ranks([](const auto& p) { return p.second; });
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    squares += (a[i] - b[i]) * (a[i] - b[i]);
  }
  const auto size = static_cast<double>(n);
  return 1 - 6 * squares / (size * (size * size - 1));
}

inline MixFigures run_mixes(const MixOptions& options, std::size_t mixes, std::uint64_t seed) {
  MixFigures all;
  double correlation = 0;
  std::size_t correlated = 0;
  std::size_t pairs = 0;
  std::size_t overlaps = 0;
  for (std::size_t mix = 0; mix < mixes; ++mix) {
    const MixResult result = SimulatedMix(options, Rng({seed, mix})).run();
    for (const PoolBalance& pool : result.balance) {
      const double sum = (pool.trials + pool.other + pool.idle).value;
      const double truth = result.counted.value_or(pool.counted.value);
      all.worst_balance = std::max({all.worst_balance, std::abs(sum - truth) / truth,
                                    std::abs(pool.counted.value - truth) / truth});
    }
    std::vector<std::pair<double, double>> ranked;
    std::vector<const EnergyReading*> readings;
    for (const MixTrial& trial : result.trials) {
      ++all.trials;
      if (!trial.figure.energy) {
        ++all.missing;
        continue;
      }
      const EnergyReading& reading = *trial.figure.energy;
      const double slack = 1e-9 * trial.truth;
      all.outside +=
          trial.truth < reading.lower.value - slack || trial.truth > reading.upper.value + slack;
      all.half_widths.push_back((reading.upper - reading.lower).value / 2 / reading.joules.value);
      all.errors.push_back(std::abs(reading.joules.value - trial.truth) / trial.truth);
      ranked.emplace_back(trial.truth, reading.joules.value);
      for (const EnergyReading* other : readings) {
        ++pairs;
        overlaps += other->lower <= reading.upper && reading.lower <= other->upper;
      }
      readings.push_back(&reading);
    }
    if (ranked.size() >= 8) {
      correlation += spearman(ranked);
      ++correlated;
    }
  }
  all.spearman = correlated > 0 ? correlation / static_cast<double>(correlated) : std::nan("");
  all.ties = pairs > 0 ? static_cast<double>(overlaps) / static_cast<double>(pairs) : 0;
  return all;
}

}  // namespace evolt::test
