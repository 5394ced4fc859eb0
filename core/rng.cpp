#include "core/rng.hpp"

#include <bit>
#include <cassert>
#include <cmath>

namespace evolt {
namespace {

std::uint64_t splitmix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15U;
  std::uint64_t z = x;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

Rng::Rng(std::initializer_list<std::uint64_t> keys) : state_{} {
  std::uint64_t mixed = 0;
  for (const std::uint64_t key : keys) {
    mixed ^= key;
    mixed = splitmix(mixed);
  }
  for (std::uint64_t& word : state_) {
    word = splitmix(mixed);
  }
}

std::uint64_t Rng::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() {
  return static_cast<double>(bits() >> 11U) * 0x1.0p-53;
}

std::size_t Rng::below(std::size_t n) {
  assert(n > 0);
  // Rejects the short last block, so that each value is equally likely.
  const std::uint64_t block = n;
  const std::uint64_t limit = (0 - block) % block;
  std::uint64_t draw = bits();
  while (draw < limit) {
    draw = bits();
  }
  return static_cast<std::size_t>(draw % block);
}

double Rng::normal() {
  for (;;) {
    const double u = uniform(-1, 1);
    const double v = uniform(-1, 1);
    const double s = u * u + v * v;
    if (s > 0 && s < 1) {
      return u * std::sqrt(-2 * std::log(s) / s);
    }
  }
}

}  // namespace evolt
