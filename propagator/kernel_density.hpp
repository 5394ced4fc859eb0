#pragma once

#include "core/rng.hpp"
#include "propagator/encoding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evolt {

/// One width for all kernels of a density, with ln(h Z) of a kernel at each place: Z is the part of
/// it that lies within [0, 1].
class KernelWidth {
 public:
  /// Requires: width > 0.
  explicit KernelWidth(double width);

  float width() const { return width_; }

  /// Interpolated between 256 places, which is right to 1e-3.
  float log_norm(float centre) const;

 private:
  static constexpr std::size_t kPlaces = 256;

  float width_;
  std::array<float, kPlaces + 1> log_norm_{};
};

/// A mixture of product kernels over the encoded space: one around each centre and a wide one in
/// the middle, the *prior*, all of the same weight.
///
/// A number has a normal kernel cut off at 0 and 1, the prior N(0.5, 1); a choice keeps its value
/// with probability (1 + e/c) / (1 + e) of c values, e = 1 / kernels, the prior is uniform. Where a
/// gene sleeps in a centre, its kernel is uniform. Densities are relative to the uniform one, in
/// the genes that are active in the point asked about.
/// Source: joint kernels as in Falkner, Klein & Hutter 2018, "BOHB", section 4.2; prior, widths and
/// the kernel of a choice as analysed by Watanabe 2023, "Tree-structured Parzen estimator",
/// sections 3.3 and 4.
class KernelDensity {
 public:
  /// Requires: `genome` outlives the density.
  struct Centre {
    const Genome* genome = nullptr;
    ActiveMask mask;
  };

  /// Widths by the farther neighbour of each centre in each gene (Bergstra et al. 2011, "Algorithms
  /// for hyper-parameter optimization", section 4), at least 1 / min(100, kernels + 1).
  KernelDensity(const Encoding& encoding, std::vector<Centre> centres);

  /// One width for all centres.
  KernelDensity(const Encoding& encoding, std::vector<Centre> centres, const KernelWidth& width);

  std::span<const Centre> centres() const { return centres_; }

  /// How many kernels there are, the prior included: it is the last.
  std::size_t size() const { return centres_.size() + 1; }

  /// A genome from kernel `k`. Genes that sleep in the centre are drawn from another centre in
  /// which they are awake, or from the whole range where there is none.
  Genome draw(std::size_t k, Rng& rng) const;

  /// The logarithm of the density at `genome`, whose active genes are `mask`.
  double log_density(const Genome& genome, const ActiveMask& mask);

 private:
  static constexpr std::size_t kLanes = 8;

  struct Gene {
    bool choice = false;
    float hit = 0;   ///< ln of the density of a choice kernel at its own value
    float miss = 0;  ///< at any other
  };

  void lay_out();
  void set_number(std::size_t gene, std::size_t kernel, float centre, float width, float log_norm);
  void spread_by_neighbours(std::size_t gene, double least);
  double drawn_gene(std::size_t gene, std::size_t kernel, Rng& rng) const;
  double borrowed_gene(std::size_t gene, Rng& rng) const;

  const Encoding& encoding_;
  std::vector<Centre> centres_;
  std::vector<Gene> genes_;
  // By gene, then kernel; padded to whole lanes with kernels of no weight.
  std::size_t stride_ = 0;
  std::vector<float> at_;        ///< the centre; kAsleep: it sleeps there
  std::vector<float> inverse_;   ///< 1 / (h sqrt 2); 0 where it sleeps
  std::vector<float> log_norm_;  ///< ln(h Z sqrt 2 pi); 0 where it sleeps
  std::vector<float> sums_;
};

}  // namespace evolt
