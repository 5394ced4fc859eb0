#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A propagator and how often it has its turn, relative to the others.
struct Share {
  double weight = 1;
  Propagator propagator;
};

/// Several propagators that take turns at random, by weight. All of them observe everything.
///
/// Errors: ConfigError when there are none, when a weight is negative or not finite or all are 0,
/// and when they do not take the same parents and give as many offspring (none and those of the
/// archive count as the same).
class Mix {
 public:
  explicit Mix(std::vector<Share> shares, std::string name = "mix");

  std::string_view name() const { return name_; }
  Arity arity() const { return arity_; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual);

 private:
  std::string name_;
  std::vector<Share> shares_;
  double total_ = 0;
  Arity arity_;
};

}  // namespace evolt
