#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Propagators in a row: the offspring of one are the parents of the next.
///
/// What it breeds bears its own name, so that whoever credits success finds it; offspring without
/// parents (where nobody lived yet) keep the name of what made them.
/// Errors: ConfigError when there are no stages, when a stage takes another number of parents than
/// the one before gives, and when one after the first takes none or takes them from the archive.
class Pipeline {
 public:
  Pipeline(std::string name, std::vector<Propagator> stages);

  std::string_view name() const { return name_; }
  Arity arity() const {
    return {.parents = stages_.front().arity().parents,
            .offspring = stages_.back().arity().offspring};
  }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  std::string name_;
  std::vector<Propagator> stages_;
};

/// `first | second`: a pipeline of the two, named `first|second`.
Propagator operator|(Propagator first, Propagator second);

}  // namespace evolt
