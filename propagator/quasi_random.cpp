#include "propagator/quasi_random.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace evolt {
namespace {

std::uint64_t next_prime(std::uint64_t after) {
  const auto prime = [](std::uint64_t n) {
    for (std::uint64_t k = 2; k * k <= n; ++k) {
      if (n % k == 0) {
        return false;
      }
    }
    return true;
  };
  do {
    ++after;
  } while (!prime(after));
  return after;
}

/// The digits of `number` in a prime base, each permuted, mirrored at the point.
double scrambled_inverse(std::uint64_t number, std::uint64_t base) {
  Rng rng{base};
  double place = 1;
  double sum = 0;
  // Digits beyond those of a double are lost; leading zeros are permuted as well.
  while (place > 0x1p-40) {
    const std::uint64_t factor = 1 + rng.below(base - 1);
    const std::uint64_t shift = rng.below(base);
    place /= static_cast<double>(base);
    sum += place * static_cast<double>((factor * (number % base) + shift) % base);
    number /= base;
  }
  return std::fmin(sum, 1 - 0x1p-40);
}

}  // namespace

Brood QuasiRandom::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                         Rng& /*rng*/) const {
  const Encoding& encoding = ground.encoding;
  const std::size_t number =
      ground.archive.size() + ground.archive.pending() + ground.archive.failures();
  Offspring offspring{.genome = {}, .lineage = {.propagator = std::string(name()), .parents = {}}};
  std::uint64_t base = 1;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    base = next_prime(base);
    const double u = scrambled_inverse(number, base);
    const auto choices = static_cast<double>(encoding.choices(i));
    offspring.genome.genes.push_back(choices > 0 ? std::floor(u * choices) : u);
  }
  Brood brood;
  brood.push_back(std::move(offspring));
  return brood;
}

}  // namespace evolt
