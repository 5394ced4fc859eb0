#include "islands/wards.hpp"

#include "core/usage_sum.hpp"

#include <algorithm>
#include <utility>

namespace evolt {

void Wards::entrust(RankId to, const Retry& retry) {
  wards_.insert_or_assign(retry.trial.id,
                          Ward{.retry = retry, .at = to, .running = false, .usage = {}});
}

void Wards::add_use(Retry& retry, const Usage& usage) const {
  if (continues_) {
    retry.used = retry.used ? sum(*retry.used, usage) : usage;
  }
}

void Wards::note(RankId from, const Event& event) {
  if (const auto* const bred = std::get_if<Bred>(&event.what)) {
    entrust(from, Retry{.trial = bred->trial, .attempt = 1, .checkpoint = {}, .known = {}});
    return;
  }
  const auto found = wards_.find(subject(event));
  if (found == wards_.end()) {
    return;
  }
  Ward& ward = found->second;
  if (const auto* const leased = std::get_if<Leased>(&event.what)) {
    ward.at = from;
    ward.running = true;
    ward.retry.parked.reset();
    ward.usage = {};
    ward.retry.attempt = leased->attempt.number + 1;
    ward.retry.goal = leased->attempt.goal;
  } else if (const auto* const measured = std::get_if<Measured>(&event.what)) {
    overwrite(ward.retry.known, measured->measurement.metrics);
    ward.usage.wall = measured->measurement.elapsed;
    if (measured->measurement.energy) {
      ward.usage.energy = measured->measurement.energy;
    }
    ward.retry.steps = std::max(ward.retry.steps, measured->measurement.step);
  } else if (const auto* const gone = std::get_if<Lost>(&event.what)) {
    ward.running = false;
    add_use(ward.retry, gone->usage);
    ward.retry.longest_cut = std::max(ward.retry.longest_cut, gone->usage.wall);
  } else if (const auto* const parked = std::get_if<Parked>(&event.what)) {
    ward.running = false;
    ward.retry.goal = 0;
    if (!parked->goes_on) {
      ward.retry.parked = Verdict{.decision = Verdict::Decision::park,
                                  .reason = parked->reason,
                                  .forecast = parked->forecast,
                                  .spread = parked->spread};
    }
    if (continues_) {
      add_use(ward.retry, parked->usage);
    } else {
      ward.retry.used = parked->usage;
    }
  } else if (const auto* const stopped = std::get_if<Stopped>(&event.what)) {
    if (stopped->audited) {
      ward.retry.audited = true;
      ward.retry.parked.reset();
    }
  } else if (std::holds_alternative<Finished>(event.what)) {
    wards_.erase(found);
  }
}

std::vector<Wards::Ward> Wards::orphan(RankId lost) {
  std::vector<Ward> orphans;
  for (auto& [id, ward] : wards_) {
    if (ward.at == lost) {
      Retry& retry = ward.retry;
      if (ward.running) {
        ++retry.losses;
        add_use(retry, ward.usage);
        retry.longest_cut = std::max(retry.longest_cut, ward.usage.wall);
      }
      orphans.push_back(ward);
    }
  }
  return orphans;
}

}  // namespace evolt
