#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace evolt {

/// One propagator until the archive knows `enough` individuals, another from then on. Both observe
/// everything.
///
/// Errors: ConfigError when the two do not take the same parents and give as many offspring (none
/// and those of the archive count as the same).
class Conditional {
 public:
  Conditional(std::size_t enough, Propagator before, Propagator after);

  std::string_view name() const { return "conditional"; }
  Arity arity() const { return arity_; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  std::size_t enough_;
  Propagator before_;
  Propagator after_;
  Arity arity_;
};

}  // namespace evolt
