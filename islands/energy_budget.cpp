#include "islands/energy_budget.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace evolt {
namespace {

constexpr std::size_t kTrials = 100;

Joules at_least_nothing(Joules joules) {
  return std::max(joules, Joules{});
}

}  // namespace

EnergyBudget::Booking& EnergyBudget::Booking::operator+=(const Booking& other) {
  joules += other.joules;
  read += other.read;
  unread += other.unread;
  return *this;
}

EnergyBudget::Booking& EnergyBudget::Booking::operator-=(const Booking& other) {
  joules -= other.joules;
  read -= other.read;
  unread -= other.unread;
  return *this;
}

// The fold ----------------------------------------------------------------------------------------

void EnergyBudget::note(const Event& event) {
  if (const auto* const bred = std::get_if<Bred>(&event.what)) {
    Open open;
    open.steps = bred->trial.fidelity.steps > 0 ? bred->trial.fidelity.steps : options_.steps;
    if (open_.try_emplace(bred->trial.id, open).second) {
      count(open, 1);
    }
    return;
  }
  const auto found = open_.find(subject(event));
  if (found == open_.end()) {
    return;
  }
  Open& open = found->second;
  count(open, -1);
  if (const auto* const leased = std::get_if<Leased>(&event.what)) {
    take(open, *leased);
  } else if (const auto* const measured = std::get_if<Measured>(&event.what)) {
    take(open, *measured);
  } else if (const auto* const lost = std::get_if<Lost>(&event.what)) {
    if (open.state == State::running && open.attempt == lost->attempt) {
      close_attempt(open, lost->usage, State::waiting);
    }
  } else if (const auto* const parked = std::get_if<Parked>(&event.what)) {
    if (open.state == State::running && open.attempt == parked->attempt) {
      close_attempt(open, parked->usage, parked->goes_on ? State::waiting : State::parked);
    }
  } else if (const auto* const finished = std::get_if<Finished>(&event.what)) {
    finish(open, *finished);
    open_.erase(found);
    return;
  }
  count(open, 1);
}

void EnergyBudget::take(Open& open, const Leased& leased) {
  if (leased.attempt.number < open.attempt) {
    return;
  }
  open.state = State::running;
  open.attempt = leased.attempt.number;
  open.goal = leased.attempt.goal;
  open.used.reset();
  open.expected.reset();
  open.elapsed = {};
  open.last = {};
  std::optional<Usage> before;
  if (options_.continues && open.before.joules > Joules{}) {
    before.emplace();
    before->wall = open.before.read + open.before.unread;
    before->energy.emplace();
    before->energy->joules = open.before.joules;
  }
  open.costs = CostForecast(before);
}

void EnergyBudget::take(Open& open, const Measured& measured) {
  if (open.state != State::running || open.attempt != measured.attempt) {
    return;
  }
  const Measurement& measurement = measured.measurement;
  open.elapsed = std::max(open.elapsed, measurement.elapsed);
  if (!counts(measurement.energy, options_.estimated)) {
    return;
  }
  ++readings_;
  const Joules used = measurement.energy->joules;
  open.used = std::max(open.used.value_or(used), used);
  const std::int64_t end = open.goal > 0 ? std::min(open.goal, open.steps) : open.steps;
  const Usage whole = open.costs.add(measurement, end);
  const Joules before = options_.continues ? open.before.joules : Joules{};
  Joules expected = whole.energy ? whole.energy->joules - before : used;
  if (end == 0 && !trials_.empty()) {
    expected = joules_of(trials_sum_) / static_cast<double>(trials_.size());
  }
  if (options_.trial_limit) {
    expected = std::min(expected, at_least_nothing(*options_.trial_limit - before));
  }
  open.expected = std::max(expected, *open.used);
}

/// What an attempt used. Where its end was not measured, its last reading, and the rest of its
/// time.
EnergyBudget::Booking EnergyBudget::booking_of(const Open& open, const Usage& usage) const {
  if (counts(usage.energy, options_.estimated)) {
    return {usage.energy->joules, usage.wall, {}};
  }
  if (open.used) {
    return {*open.used, open.elapsed, std::max(usage.wall - open.elapsed, Seconds{})};
  }
  return {{}, {}, usage.wall};
}

void EnergyBudget::close_attempt(Open& open, const Usage& usage, State next) {
  open.last = booking_of(open, usage);
  const bool read = open.last.joules > Joules{};
  readings_ += read ? 1 : 0;
  const std::int64_t silent = !read && usage.wall > Seconds{} ? 1 : 0;
  unread_ += silent;
  without_ += silent;
  open.before += open.last;
  ended_ += open.last;
  open.state = next;
  open.used.reset();
  open.expected.reset();
}

void EnergyBudget::finish(Open& open, const Finished& finished) {
  const bool same = open.attempt == finished.attempt;
  if (same && open.state == State::waiting) {  // given up: it was lost, and is told again
    open.before -= open.last;
    ended_ -= open.last;
    const bool read = open.last.joules > Joules{};
    const std::int64_t silent = !read && open.last.unread > Seconds{} ? 1 : 0;
    unread_ -= std::min(unread_, silent);
    without_ -= std::min(without_, silent);
  }
  if (!same || open.state != State::parked) {  // what a parked one used is booked
    close_attempt(open, finished.outcome.usage, State::waiting);
  }
  trials_.push_back(open.before);
  trials_sum_ += open.before;
  if (trials_.size() > kTrials) {
    trials_sum_ -= trials_.front();
    trials_.pop_front();
  }
  mark(finished);
}

void EnergyBudget::mark(const Finished& finished) {
  const bool ranked = finished.outcome.ending == Ending::finished && finished.scores.size() == 1 &&
                      std::isfinite(finished.scores.front()) && finished.violation <= 0;
  if (ranked) {
    ++finished_;
    best_ = std::min(best_.value_or(finished.scores.front()), finished.scores.front());
  }
  if (!options_.gain_per_joule) {
    return;
  }
  marks_.push_back({joules_of(ended_), best_});
  if (std::ssize(marks_) > options_.gain_over + 1) {
    marks_.pop_front();
  }
}

/// Adds a trial to the sums, or takes it out again.
void EnergyBudget::count(const Open& open, int sign) {
  sums_.waiting += open.state == State::waiting ? sign : 0;
  if (open.state == State::running) {
    running_ += sign;
    Booking used{open.used.value_or(Joules{}), open.used ? open.elapsed : Seconds{},
                 open.used ? Seconds{} : open.elapsed};
    sign > 0 ? sums_.used += used : sums_.used -= used;
    if (open.expected) {
      const double by = sign;
      sums_.told += sign;
      sums_.left += (*open.expected - *open.used) * by;
      sums_.whole += (*open.expected + open.before.joules) * by;
    } else {
      sums_.blind += sign;
    }
  }
  if (running_ == 0) {  // sums of differences keep a rest
    sums_.used = {};
    sums_.left = {};
    sums_.whole = {};
  }
}

// What it says ------------------------------------------------------------------------------------

/// nullopt before the first reading.
std::optional<Watts> EnergyBudget::mean_power() const {
  const Joules joules = ended_.joules + sums_.used.joules;
  const Seconds time = ended_.read + sums_.used.read;
  return joules > Joules{} && time > Seconds{} ? std::optional(joules / time) : std::nullopt;
}

Joules EnergyBudget::joules_of(const Booking& booking) const {
  return booking.joules + mean_power().value_or(Watts{}) * booking.unread;
}

Joules EnergyBudget::spent() const {
  return at_least_nothing(joules_of(ended_) + joules_of(sums_.used));
}

std::optional<Joules> EnergyBudget::typical() const {
  std::optional<Joules> typical;
  if (readings_ > 0) {
    if (const Joules ended = joules_of(trials_sum_); !trials_.empty() && ended > Joules{}) {
      typical = ended / static_cast<double>(trials_.size());
    }
    if (sums_.told > 0) {
      const Joules foretold = sums_.whole / static_cast<double>(sums_.told);
      typical = std::max(typical.value_or(foretold), foretold);
    }
  }
  if (options_.trial_limit) {
    typical = std::min(typical.value_or(*options_.trial_limit), *options_.trial_limit);
  }
  return typical;
}

Joules EnergyBudget::reserved() const {
  const Joules each = typical().value_or(Joules{});
  return at_least_nothing(sums_.left) + each * static_cast<double>(sums_.blind + sums_.waiting);
}

std::int64_t EnergyBudget::room(std::int64_t granted) const {
  if (!options_.cap) {
    return kUnlimited;
  }
  const auto each = typical();
  if (!each) {
    return std::max<std::int64_t>(kBlind - running_ - sums_.waiting - granted, 0);
  }
  const Joules free = options_.cap->joules - spent() - reserved();
  const double trials = std::floor(free / *each) - static_cast<double>(granted);
  return trials <= 0 ? 0 : static_cast<std::int64_t>(std::min(trials, 1e15));
}

std::string EnergyBudget::amount(Joules joules) const {
  return absl::StrFormat("%.4g %s", joules.value * options_.cap->per_joule, options_.cap->unit);
}

/// Requires: a cap.
std::string EnergyBudget::in_words(Joules spent) const {
  return absl::StrCat(amount(spent), " of ", amount(options_.cap->joules), " are used",
                      without_ > 0 ? absl::StrCat(" (", without_,
                                                  " attempts without a reading count by the time "
                                                  "they took)")
                                   : "");
}

std::optional<Halt> EnergyBudget::verdict() const {
  if (readings_ == 0 && unread_ >= kUnread) {
    return Halt{EndReason::failed,
                absl::StrCat(options_.cap ? options_.cap->key : "budget.gain_per_joule",
                             " cannot be kept: ", unread_,
                             " attempts have ended, and none had a reading of its energy",
                             options_.estimated ? ""
                                                : " (joules that nothing measured count only with "
                                                  "energy.estimated = \"allow\")",
                             "; evolt doctor says what this host can measure")};
  }
  if (options_.cap && spent() >= options_.cap->joules) {
    return Halt{EndReason::joules,
                absl::StrCat(options_.cap->key, " is used: ", in_words(spent()))};
  }
  return std::nullopt;
}

Halt EnergyBudget::no_room() const {
  return Halt{EndReason::joules,
              absl::StrCat(options_.cap->key, " has no room for another trial: ", in_words(spent()),
                           ", and a trial takes about ", amount(typical().value_or(Joules{})))};
}

std::optional<Halt> EnergyBudget::too_little_gain() const {
  if (!options_.gain_per_joule || std::ssize(marks_) <= options_.gain_over ||
      finished_ < options_.gain_over || !marks_.front().best) {
    return std::nullopt;
  }
  const Joules paid = marks_.back().spent - marks_.front().spent;
  if (!(paid > Joules{})) {
    return std::nullopt;
  }
  const double gain = (*marks_.front().best - *marks_.back().best) / paid.value;
  if (gain >= *options_.gain_per_joule) {
    return std::nullopt;
  }
  return Halt{EndReason::gain,
              absl::StrFormat("the best score gained %.3g a joule over the last %d trials that "
                              "ended, less than budget.gain_per_joule = %.3g",
                              gain, options_.gain_over, *options_.gain_per_joule)};
}

}  // namespace evolt
