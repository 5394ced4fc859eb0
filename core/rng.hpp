#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace evolt {

/// Random numbers that are the same on every machine: the generator and every distribution are
/// spelled out here, because those of the standard library differ between implementations.
///
/// Source: Blackman & Vigna 2021, "Scrambled Linear Pseudorandom Number Generators", xoshiro256**;
/// seeded by splitmix64 (Steele, Lea & Flood 2014) as its authors advise.
class Rng {
 public:
  using State = std::array<std::uint64_t, 4>;

  /// A stream of its own for each sequence of keys, for example {seed, incarnation, rank}.
  explicit Rng(std::initializer_list<std::uint64_t> keys);

  /// Continues from a saved state.
  explicit Rng(const State& state) : state_(state) {}

  const State& state() const { return state_; }

  std::uint64_t bits();

  /// Uniform in [0, 1).
  double uniform();

  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform over 0 .. n-1. Requires: n > 0.
  std::size_t below(std::size_t n);

  bool chance(double probability) { return uniform() < probability; }

  /// Standard normal, by the polar method (Marsaglia & Bray 1964); one value a call, no memory.
  double normal();

 private:
  State state_;
};

}  // namespace evolt
