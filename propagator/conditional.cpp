#include "propagator/conditional.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <string>
#include <utility>

namespace evolt {

Conditional::Conditional(std::size_t enough, Propagator before, Propagator after)
    : enough_(enough), before_(std::move(before)), after_(std::move(after)) {
  arity_ = before_.arity();
  const Arity other = after_.arity();
  if (arity_.parents.value_or(0) != other.parents.value_or(0) ||
      arity_.offspring != other.offspring) {
    throw ConfigError(
        Complaint{.what = absl::StrCat("conditional: ", std::string(before_.name()), " and ",
                                       std::string(after_.name()),
                                       " take or give different numbers of individuals"),
                  .key = "conditional"});
  }
  if (!other.parents) {
    arity_.parents.reset();
  }
}

Brood Conditional::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  Propagator& due = ground.archive.size() < enough_ ? before_ : after_;
  return due.breed(ground, parents, rng);
}

void Conditional::observe(const Individual& individual) {
  before_.observe(individual);
  after_.observe(individual);
}

}  // namespace evolt
