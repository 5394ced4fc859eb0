#include "workers/energy/meter/accumulator.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <utility>

namespace evolt {
namespace {

constexpr double kSpare = 1.2;       // above `most`, before a difference is called impossible
constexpr double kStillSteps = 10;   // without a change: the counter is frozen
constexpr double kLeastWatts = 0.1;  // no part of a running machine draws less
constexpr Seconds kLongestGuard{10};
// Of a counter that wraps and does not say what it can show at most: several times the largest
// processors (500 W) and all memory behind one.
constexpr Watts kMostOfAny{2'000};

}  // namespace

Interval EnergySpan::bounds() const {
  Interval truth = Interval{counted.value, counted.value} - first + last;
  truth += {-loose, loose + gap_most.value};
  return {std::max(0.0, truth.lower), std::max(0.0, truth.upper)};
}

Accumulator::Accumulator(const EnergyChannel& channel, AccumulatorOptions options)
    : channel_(channel), options_(options) {
  options_.longest = std::max(options_.longest, 3 * channel_.step);
}

double Accumulator::joules(Counts counts) const {
  const double whole = static_cast<double>(counts) * channel_.unit;
  return channel_.kind == EnergyChannel::Kind::energy ? whole : whole / 2e9;
}

Watts Accumulator::most() const {
  return bounded() ? channel_.most : Watts{2 * highest_};
}

void Accumulator::start(const ChannelReading& reading) {
  gap_ += reading.taken - dark_since_;
  dark_ = false;
  last_ = reading;
  moving_ = moved_ = reading.taken;
  frozen_ = false;
}

void Accumulator::lose() {
  if (!dark_) {
    dark_ = true;
    const bool counter = channel_.kind == EnergyChannel::Kind::energy;
    dark_since_ = counter && !frozen_ ? moved_ : last_.taken;
    lose_step();
  }
}

void Accumulator::lose_step() {
  if (channel_.kind == EnergyChannel::Kind::energy) {
    loose_ += (most() * channel_.step).value;
  }
}

void Accumulator::add(const ChannelReading& reading) {
  if (!asked_) {
    asked_ = true;
    dark_since_ = reading.taken;
  }
  assert(dark_ || reading.taken >= last_.taken);
  answered_ = reading.status == ReadStatus::ok;
  if (reading.status == ReadStatus::suspect) {
    ++suspects_;
  }
  if (reading.status == ReadStatus::gone) {
    lose();
  }
  if (reading.status != ReadStatus::ok) {
    return;
  }
  if (dark_) {
    start(reading);
  } else if (channel_.kind == EnergyChannel::Kind::energy) {
    count(reading);
  } else {
    integrate(reading);
  }
}

void Accumulator::count(const ChannelReading& reading) {
  const Seconds time = reading.taken - last_.taken;
  // What the counter shows at once may be the energy of a whole step.
  const auto within = [&](Watts most) {
    return kSpare * most.value *
               (time + channel_.step + reading.half_width + last_.half_width).value +
           channel_.unit;
  };
  const double possible = bounded() ? within(channel_.most) : INFINITY;
  std::optional<std::uint64_t> difference;
  if (reading.raw >= last_.raw) {
    difference = reading.raw - last_.raw;
  } else if (channel_.modulus && bounded() && *channel_.modulus > last_.raw) {
    difference = *channel_.modulus - last_.raw + reading.raw;
  }
  if (difference && static_cast<double>(*difference) * channel_.unit > possible) {
    difference.reset();
  }
  // One wrap more would be just as plausible.
  const bool unclear =
      difference && channel_.modulus &&
      (static_cast<double>(*difference) + static_cast<double>(*channel_.modulus)) * channel_.unit <=
          (bounded() ? possible : within(kMostOfAny));
  if (!difference || unclear) {
    ++suspects_;
    gap_ += time;
    lose_step();
    last_ = reading;
    moving_ = moved_ = reading.taken;
    frozen_ = false;
    return;
  }
  counts_ += *difference;
  if (time.value > 0) {
    highest_ = std::max(
        highest_, static_cast<double>(*difference) * channel_.unit / (time + channel_.step).value);
  }
  const Seconds still{std::max(kStillSteps * channel_.step.value, channel_.unit / kLeastWatts)};
  // What a frozen counter skipped is lost, so the time is a gap though it moves again.
  if (*difference > 0) {
    gap_ += frozen_ ? time : Seconds{0};
    moving_ = frozen_ ? reading.taken : last_.taken;
    moved_ = reading.taken;
    frozen_ = false;
  } else if (frozen_) {
    gap_ += time;
  } else if (reading.taken - moved_ > still) {
    // It may have stopped right after the good read before the last movement.
    gap_ += reading.taken - moving_;
    lose_step();
    ++suspects_;
    frozen_ = true;
  }
  last_ = reading;
}

void Accumulator::integrate(const ChannelReading& reading) {
  const Seconds time = reading.taken - last_.taken;
  const double watts = static_cast<double>(reading.raw) * channel_.unit;
  const double before = static_cast<double>(last_.raw) * channel_.unit;
  if (bounded() && watts > kSpare * channel_.most.value) {
    ++suspects_;
    answered_ = false;
    return;
  }
  highest_ = std::max({highest_, watts, before});
  if (time > options_.longest) {
    gap_ += time;
  } else {
    const auto ns = static_cast<std::uint64_t>(std::llround(time.value * 1e9));
    counts_ += (static_cast<Counts>(reading.raw) + last_.raw) * ns;
    loose_ += std::abs(watts - before) * time.value / 2;
  }
  last_ = reading;
}

EnergyMark Accumulator::mark(Seconds now) const {
  EnergyMark mark{
      .at = now, .counts = counts_, .gap = gap_, .loose = loose_, .suspects = suspects_};
  const bool counter = channel_.kind == EnergyChannel::Kind::energy;
  if (dark_) {
    mark.gap += asked_ ? now - dark_since_ : Seconds{0};
    // The first update after the gap shows what was used before it, too.
    mark.error.upper = counter ? (most() * channel_.step).value + channel_.unit : 0;
    return mark;
  }
  // A counter shows what was used up to its last update, which may be a step ago.
  const Seconds since = now - last_.taken;
  mark.late = answered_ ? Seconds{0} : std::max(Seconds{0}, since);
  // One that does not move may be frozen already, or catch up later with what it did not show.
  const Seconds still = counter ? last_.taken - (frozen_ ? moving_ : moved_) : Seconds{0};
  const Seconds behind = std::max(Seconds{0}, since + last_.half_width + still) +
                         (counter ? channel_.step : Seconds{0});
  const Seconds ahead = std::max(Seconds{0}, last_.half_width - since);
  mark.error = {-(most() * ahead).value, (most() * behind).value + (counter ? channel_.unit : 0)};
  return mark;
}

EnergySpan Accumulator::between(const EnergyMark& from, const EnergyMark& to) const {
  assert(to.counts >= from.counts && to.at >= from.at);
  EnergySpan span{.counted = {joules(to.counts - from.counts)},
                  .loose = to.loose - from.loose,
                  .first = from.error,
                  .last = to.error,
                  .time = to.at - from.at};
  const Seconds gap = to.gap - from.gap;
  span.gap_most = most() * gap;
  span.gap = std::min(span.time, gap + to.late);
  span.suspect = to.suspects != from.suspects;
  return span;
}

Seconds guard_period(const EnergyChannel& channel) {
  if (!channel.modulus || channel.most.value <= 0) {
    return kLongestGuard;
  }
  const double whole = static_cast<double>(*channel.modulus) * channel.unit;
  return std::min(kLongestGuard, Seconds{0.25 * whole / channel.most.value});
}

}  // namespace evolt
