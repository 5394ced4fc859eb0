#include "workers/attempt_record.hpp"

#include "workers/flat_json.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace evolt {

void LastLines::add(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
    line.remove_suffix(1);
  }
  if (!line.empty()) {
    ring_[count_++ % kKept].assign(line.substr(0, kLongest));
  }
}

std::vector<std::string> LastLines::lines() const {
  std::vector<std::string> lines;
  for (std::size_t i = count_ > kKept ? count_ - kKept : 0; i < count_; ++i) {
    lines.push_back(printable(ring_[i % kKept]));
  }
  return lines;
}

void AttemptRecord::begin(SteadyTime now, bool continued, std::int64_t goal) {
  started_ = now;
  last_report_ = now;
  continued_ = continued;
  numbers_ = false;
  goal_ = goal;
  reports_ = 0;
  startup_.reset();
  announced_.reset();
  announced_phase_.clear();
  first_step_.reset();
  second_step_.reset();
  last_step_ = 0;
  last_values_.clear();
}

std::int64_t AttemptRecord::step_of(const Report& report) {
  const bool training = report.phase.empty() || report.phase == "train";
  if (report.step) {
    announced_.reset();
    numbers_ = true;
    return *report.step;
  }
  if (announced_) {
    return *announced_;
  }
  return training && !numbers_ && !report.metrics.empty() ? last_step_ + 1 : last_step_;
}

void AttemptRecord::remember(const Metrics& metrics) {
  for (const auto& [name, value] : metrics) {
    const auto known =
        std::find_if(last_values_.begin(), last_values_.end(),
                     [&name = name](const auto& pair) { return pair.first == name; });
    if (known != last_values_.end()) {
      known->second = value;
    } else if (last_values_.size() < kMostMetrics) {
      last_values_.emplace_back(name, value);
    }
  }
}

const Measurement* AttemptRecord::take(Report&& report, SteadyTime now) {
  last_report_ = now;
  if (!startup_) {
    startup_ = seconds_between(started_, now);
  }
  if (report.only_announces()) {
    if (report.step) {
      announced_ = report.step;
      numbers_ = true;
    }
    if (!report.phase.empty()) {
      announced_phase_.swap(report.phase);
    }
    return nullptr;
  }
  if (report.phase.empty()) {
    report.phase.swap(announced_phase_);
  }
  announced_phase_.clear();
  ++reports_;
  measurement_.step = step_of(report);
  measurement_.metrics.swap(report.metrics);
  measurement_.phase.swap(report.phase);
  measurement_.items = report.items;
  measurement_.elapsed = seconds_between(started_, now);
  last_step_ = measurement_.step;
  if (!first_step_) {
    first_step_ = last_step_;
  } else if (!second_step_ && last_step_ > *first_step_) {
    second_step_ = last_step_;
  }
  remember(measurement_.metrics);
  return &measurement_;
}

const Measurement* AttemptRecord::take_last(Report&& report, SteadyTime now) {
  if (!report.step && reports_ > 0) {
    report.step = last_step_;
  }
  return take(std::move(report), now);
}

Outcome AttemptRecord::outcome(SteadyTime now, bool ended_well) const {
  Outcome outcome;
  outcome.metrics = last_values_;
  outcome.steps = last_step_;
  if (ended_well && !numbers_ && reports_ == 1) {
    outcome.steps = std::max(goal_, last_step_);
  }
  if (continued_ && first_step_) {
    // The trainer does not say where it went on: one stride before its first report.
    const std::int64_t stride = second_step_ ? *second_step_ - *first_step_ : 1;
    outcome.started_at = std::max<std::int64_t>(0, *first_step_ - stride);
  }
  outcome.usage.wall = seconds_between(started_, now);
  outcome.usage.startup = startup_;
  return outcome;
}

std::string describe_signal(int signal) {
  const char* const name = sigabbrev_np(signal);
  std::string text = "signal " + std::to_string(signal);
  if (name != nullptr) {
    text += " (SIG" + std::string(name) + ")";
  }
  return text;
}

}  // namespace evolt
