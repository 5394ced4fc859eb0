#include "propagator/bandit.hpp"

#include "core/config_error.hpp"
#include "propagator/archive.hpp"
#include "propagator/beta.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

// Half a win and half a loss (Jeffreys' prior) are never forgotten: a Beta distribution needs them.
constexpr double kFloor = 0.5;

void check(const std::vector<Arm>& arms, const BanditOptions& options) {
  const auto complain = [](std::string what, std::string found = {}) {
    throw ConfigError(
        Complaint{.what = std::move(what), .key = "bandit", .found = std::move(found)});
  };
  if (std::none_of(arms.begin(), arms.end(), [](const Arm& arm) { return arm.after == 0; })) {
    complain("a bandit needs at least one propagator that has its turn from the start");
  }
  const auto probability = [](double p) { return p >= 0 && p <= 1; };
  if (!probability(options.memory) || !probability(options.explored) || !(options.strictness > 0) ||
      !std::isfinite(options.strictness)) {
    complain(
        "a bandit needs a memory and an explored share within [0, 1], and a strictness above 0",
        absl::StrCat("memory ", options.memory, ", explored ", options.explored, ", strictness ",
                     options.strictness));
  }
  double reserved = 0;
  for (auto arm = arms.begin(); arm != arms.end(); ++arm) {
    const std::string name(arm->propagator.name());
    const Arity arity = arm->propagator.arity();
    if (arity.parents.value_or(0) != 0 || arity.offspring != 1) {
      complain(absl::StrCat("bandit: ", name, " does not breed one offspring from the archive"));
    }
    if (!(arm->wins >= kFloor) || !(arm->losses >= kFloor) ||
        !std::isfinite(arm->wins + arm->losses)) {
      complain(absl::StrCat("bandit: ", name, " needs finite wins and losses of at least ", kFloor),
               absl::StrCat(arm->wins, " and ", arm->losses));
    }
    reserved += arm->reserved;
    if (!(arm->reserved >= 0) || !(reserved <= 1)) {
      complain("bandit: reserved shares must not be negative, nor above 1 together",
               absl::StrCat(arm->reserved, " for ", name));
    }
    const auto same = [&](const Arm& other) { return other.propagator.name() == name; };
    if (std::any_of(arms.begin(), arm, same)) {
      complain(absl::StrCat("bandit: two arms are named ", name));
    }
  }
}

}  // namespace

Bandit::Bandit(std::vector<Arm> arms, BanditOptions options)
    : arms_(std::move(arms)), options_(options) {
  check(arms_, options_);
  for (const Arm& arm : arms_) {
    records_.push_back({.propagator = std::string(arm.propagator.name())});
  }
}

std::size_t Bandit::choose(Rng& rng) const {
  double left = rng.uniform();
  for (std::size_t k = 0; k < arms_.size(); ++k) {
    if (left < arms_[k].reserved && is_due(arms_[k])) {
      return k;
    }
    left -= arms_[k].reserved;
  }
  if (rng.chance(options_.explored)) {
    const std::size_t any = rng.below(arms_.size());
    if (is_due(arms_[any])) {
      return any;
    }
  }
  std::size_t chosen = 0;
  double most = -1;
  for (std::size_t k = 0; k < arms_.size(); ++k) {
    const double draw = is_due(arms_[k]) ? draw_beta(arms_[k].wins, arms_[k].losses, rng) : -1;
    if (draw > most) {
      most = draw;
      chosen = k;
    }
  }
  return chosen;
}

Brood Bandit::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  Propagator& chosen = arms_[choose(rng)].propagator;
  Brood brood = chosen.breed(ground, parents, rng);
  for (Offspring& offspring : brood) {
    if (!offspring.lineage.parents.empty()) {
      offspring.lineage.propagator = std::string(chosen.name());
    }
  }
  return brood;
}

void Bandit::credit(std::size_t arm, double won) {
  for (Arm& other : arms_) {
    other.wins = kFloor + (other.wins - kFloor) * options_.memory;
    other.losses = kFloor + (other.losses - kFloor) * options_.memory;
  }
  arms_[arm].wins += won;
  arms_[arm].losses += 1 - won;
  records_[arm].results += 1;
  records_[arm].wins += won;
}

void Bandit::observe(const Individual& individual) {
  for (Arm& arm : arms_) {
    arm.propagator.observe(individual);
  }
  if (is_flawed(individual)) {
    return;
  }
  ++observed_;
  const auto beats = [&](const Individual& other) { return dominates(other, individual); };
  const bool best = std::none_of(front_.begin(), front_.end(), beats);
  const auto record = std::find_if(records_.begin(), records_.end(), [&](const Record& one) {
    return one.propagator == individual.lineage.propagator;
  });
  if (record != records_.end()) {
    const auto better = static_cast<double>(std::count_if(recent_.begin(), recent_.end(), beats));
    const double share = better / static_cast<double>(std::max<std::size_t>(recent_.size(), 1));
    credit(static_cast<std::size_t>(record - records_.begin()),
           std::max(0.0, 1 - options_.strictness * share));
    record->bests += best ? 1 : 0;
  }
  if (best) {
    std::erase_if(front_, [&](const Individual& one) { return dominates(individual, one); });
    if (front_.empty() || individual.scores.size() > 1) {
      front_.push_back(individual);
    }
  }
  if (recent_.size() < kRecent) {
    recent_.push_back(individual);
  } else {
    recent_[oldest_] = individual;
    oldest_ = (oldest_ + 1) % kRecent;
  }
}

}  // namespace evolt
