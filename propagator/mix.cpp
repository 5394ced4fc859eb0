#include "propagator/mix.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <cstddef>
#include <utility>

namespace evolt {

Mix::Mix(std::vector<Share> shares, std::string name)
    : name_(std::move(name)), shares_(std::move(shares)) {
  if (shares_.empty()) {
    throw ConfigError(Complaint{.what = "a mix needs at least one propagator", .key = "mix"});
  }
  arity_ = shares_.front().propagator.arity();
  for (const Share& share : shares_) {
    if (!(share.weight >= 0) || !std::isfinite(share.weight)) {
      throw ConfigError(Complaint{
          .what = absl::StrCat("mix: the weight of ", std::string(share.propagator.name()),
                               " must be finite and not negative"),
          .key = "mix",
          .found = absl::StrCat(share.weight)});
    }
    const Arity arity = share.propagator.arity();
    if (arity.parents.value_or(0) != arity_.parents.value_or(0) ||
        arity.offspring != arity_.offspring) {
      throw ConfigError(
          Complaint{.what = absl::StrCat("mix: ", std::string(shares_.front().propagator.name()),
                                         " and ", std::string(share.propagator.name()),
                                         " take or give different numbers of individuals"),
                    .key = "mix"});
    }
    if (!arity.parents) {
      arity_.parents.reset();
    }
    total_ += share.weight;
  }
  if (!(total_ > 0) || !std::isfinite(total_)) {
    throw ConfigError(Complaint{.what = "mix: the weights must have a positive, finite sum",
                                .key = "mix",
                                .found = absl::StrCat(total_)});
  }
}

Brood Mix::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  double left = rng.uniform() * total_;
  Propagator* chosen = &shares_.front().propagator;
  for (Share& share : shares_) {
    if (share.weight > 0) {
      chosen = &share.propagator;
      if (left < share.weight) {
        break;
      }
      left -= share.weight;
    }
  }
  return chosen->breed(ground, parents, rng);
}

void Mix::observe(const Individual& individual) {
  for (Share& share : shares_) {
    share.propagator.observe(individual);
  }
}

}  // namespace evolt
