#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/propagator.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

struct ParticleSwarmOptions {
  std::string name = "pso";
  double inertia = 0.729;      ///< what is kept of the velocity
  double own = 1.49445;        ///< pull towards the best of the particle
  double common = 1.49445;     ///< pull towards the best of all
  double constriction = 1;     ///< the whole new velocity times this
  double most_velocity = 1e9;  ///< per gene, of the range
  std::size_t particles = 16;
};

/// Eberhart & Shi 2000, "Comparing Inertia Weights and Constriction Factors in Particle Swarm
/// Optimization": inertia 0.729, both pulls 1.49445.
ParticleSwarmOptions basic_swarm();

/// The same, with velocities of at most 0.6 of the range.
ParticleSwarmOptions clamped_swarm();

/// Clerc & Kennedy 2002, "The Particle Swarm: Explosion, Stability, and Convergence in a
/// Multidimensional Complex Space": both pulls 2.05, constriction 0.7298.
ParticleSwarmOptions constricted_swarm();

/// The same, with velocities of at most the range (Eberhart & Shi 2000).
ParticleSwarmOptions canonical_swarm();

/// Without velocities: only the two pulls, from where the particle stands.
ParticleSwarmOptions stateless_swarm();

/// Particles that fly towards the best each has seen and towards the best of all.
///
/// The first individuals, whoever bred them, become the particles. A proposal moves a random one;
/// its parent in the lineage is where that one stood, so that its result, whenever it comes, says
/// which particle it is and how fast it flew: the velocity is the way it really went. A result
/// whose parent is not known replaces the particle with the worst best, if it is better than that.
/// Beyond the range a gene is reflected. A choice comes from the particle's best, the common best
/// or stays, each as likely. Genes that sleep in one of them do not pull. NaN scores are ignored;
/// with several objectives a particle's best is replaced by what dominates it, and the common best
/// is one of the first eight of the living.
class ParticleSwarm {
 public:
  /// Errors: ConfigError for no particles, or numbers that are negative or not finite.
  explicit ParticleSwarm(ParticleSwarmOptions options = {});

  std::string_view name() const { return options_.name; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;
  void observe(const Individual& individual);

 private:
  struct Particle {
    TrialId at;
    std::vector<double> position;
    std::vector<double> velocity;
    Individual best;
  };
  /// Where a particle stood once.
  struct Trace {
    std::size_t particle = 0;
    std::vector<double> position;
  };

  void remember(const TrialId& id, std::size_t particle, std::vector<double> position);
  void place(std::size_t particle, const Individual& individual, std::vector<double> velocity);
  double pulled(const Particle& one, std::size_t gene, double to_own, double to_common,
                Rng& rng) const;

  ParticleSwarmOptions options_;
  std::vector<Particle> particles_;
  absl::flat_hash_map<TrialId, Trace> traces_;
  std::deque<TrialId> traced_;  ///< oldest first
};

}  // namespace evolt
