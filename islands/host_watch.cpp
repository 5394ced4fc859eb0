#include "islands/host_watch.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <variant>

namespace evolt {
namespace {

/// How likely a row may be on a healthy rank.
constexpr double kChance = 1e-6;

}  // namespace

const HostWatch::Health& HostWatch::health(RankId rank) const {
  static const Health kUnknown;
  const auto at = static_cast<std::size_t>(index(rank));
  return at < ranks_.size() ? ranks_[at] : kUnknown;
}

void HostWatch::note(RankId on, const Event& event) {
  if (patience_ == 0) {
    return;
  }
  const auto at = static_cast<std::size_t>(index(on));
  if (at >= ranks_.size()) {
    ranks_.resize(at + 1);
  }
  Health& health = ranks_[at];
  if (std::holds_alternative<Leased>(event.what)) {
    ++health.running;
    at_rest_.erase(subject(event));
  } else if (std::holds_alternative<Measured>(event.what)) {
    work(health);
  } else if (std::holds_alternative<Lost>(event.what)) {
    --health.running;
  } else if (std::holds_alternative<Parked>(event.what)) {
    --health.running;
    at_rest_.insert(subject(event));
  } else if (const auto* const finished = std::get_if<Finished>(&event.what)) {
    if (at_rest_.erase(finished->trial) > 0) {
      ++good_;  // where it was parked: nothing of the host is to be learnt from its end
      return;
    }
    if (finished->outcome.failure != Failure::attempts) {
      --health.running;
    } else if (static_cast<std::int32_t>(finished->trial.rank) != index(on)) {
      return;  // given up by rank 0 after the deaths of others
    }
    end(health, finished->outcome);
  }
}

void HostWatch::end(Health& health, const Outcome& outcome) {
  if (outcome.ending != Ending::failed || !outcome.metrics.empty()) {
    ++good_;
    work(health);
    return;
  }
  if (health.row++ == 0) {
    health.excused = std::max<std::int64_t>(health.running, 0);
  }
  health.last = outcome.reason;
  if (!outcome.last_lines.empty()) {
    absl::StrAppend(&health.last, "; last line: ", outcome.last_lines.back());
  }
}

void HostWatch::work(Health& health) {
  if (!std::exchange(health.reported, true)) {
    ++reporters_;
  }
  failed_ += health.row;
  health.row = 0;
}

bool HostWatch::condemns(RankId rank, bool proven) const {
  const Health& suspect = health(rank);
  if (patience_ == 0 || suspect.row < patience_) {
    return false;
  }
  if (!proven) {
    return true;
  }
  const std::int64_t good = std::max(good_, reporters_);
  const double share = static_cast<double>(failed_ + 1) / static_cast<double>(failed_ + good + 2);
  return suspect.row >= 2 * patience_ + suspect.excused &&
         static_cast<double>(suspect.row) * std::log(share) < std::log(kChance);
}

std::int64_t HostWatch::rows() const {
  std::int64_t sum = 0;
  for (const Health& health : ranks_) {
    sum += health.row;
  }
  return sum;
}

}  // namespace evolt
