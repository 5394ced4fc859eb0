#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "core/search_space.hpp"
#include "core/value.hpp"
#include "propagator/axis.hpp"
#include "propagator/rules.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace evolt {

/// Tells configurations apart: equal exactly when the active, decoded values are equal (128 bits of
/// a fixed hash; the same on every machine).
struct GenomeKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const GenomeKey&, const GenomeKey&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const GenomeKey& key) {
    return H::combine(std::move(state), key.high, key.low);
  }
};

/// The way between a study's parameters and the encoded space in which propagators work.
///
/// float: u in [0, 1], log where declared. int: u over [low - 1/2, high + 1/2] (log likewise),
/// rounded on the way back. ordinal: as an int over its positions. choice: the index. Conditions
/// and forbidden combinations are compiled once, so that nothing here looks up a name.
class Encoding {
 public:
  explicit Encoding(SearchSpace space);

  const SearchSpace& space() const { return space_; }
  std::size_t size() const { return axes_.size(); }

  /// The number of choices of gene `i`; 0 for a numeric or ordinal gene.
  std::size_t choices(std::size_t i) const;

  /// The number of different values of gene `i`; 0 when it is continuous.
  std::size_t levels(std::size_t i) const;

  /// A configuration drawn uniformly (log-uniformly where declared); it may be forbidden.
  Genome random(Rng& rng) const;

  /// One gene drawn the same way.
  double random_gene(std::size_t i, Rng& rng) const;

  Params decode(const Genome& genome) const;

  /// Genes of parameters that are not active stand at the middle, or at the first choice.
  /// Requires: space().check(params).ok().
  Genome encode(const Params& params) const;

  /// Indices of the active genes, ascending.
  std::vector<std::size_t> active(const Genome& genome) const;

  /// The same as one flag per gene.
  ActiveMask active_mask(const Genome& genome) const { return rules_.active(genome, axes_); }

  /// Whether no forbidden combination holds.
  bool allowed(const Genome& genome) const;

  GenomeKey key(const Genome& genome) const;

  const Axis& axis(std::size_t i) const { return axes_[i]; }
  std::span<const Axis> axes() const { return axes_; }
  const Rules& rules() const { return rules_; }

 private:
  SearchSpace space_;
  std::vector<Axis> axes_;
  Rules rules_;
};

}  // namespace evolt
