#include "propagator/particle_swarm.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/reflect.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostTraces = 1'024;
constexpr std::size_t kLeaders = 8;  // with several objectives

bool flawed(const Individual& individual) {
  return std::isnan(individual.violation) ||
         std::any_of(individual.scores.begin(), individual.scores.end(),
                     [](double score) { return std::isnan(score); });
}

}  // namespace

ParticleSwarmOptions basic_swarm() {
  return {};
}

ParticleSwarmOptions clamped_swarm() {
  ParticleSwarmOptions options;
  options.name = "pso_velocity_clamping";
  options.most_velocity = 0.6;
  return options;
}

ParticleSwarmOptions constricted_swarm() {
  return {.name = "pso_constriction",
          .inertia = 1,
          .own = 2.05,
          .common = 2.05,
          .constriction = 0.7298437881283576};  // 2 / |2 - phi - sqrt(phi^2 - 4 phi)|, phi = 4.1
}

ParticleSwarmOptions canonical_swarm() {
  ParticleSwarmOptions options = constricted_swarm();
  options.name = "pso_canonical";
  options.most_velocity = 1;
  return options;
}

ParticleSwarmOptions stateless_swarm() {
  ParticleSwarmOptions options;
  options.name = "pso_stateless";
  options.inertia = 0;
  return options;
}

ParticleSwarm::ParticleSwarm(ParticleSwarmOptions options) : options_(std::move(options)) {
  const auto sensible = [](double x) { return x >= 0 && std::isfinite(x); };
  if (options_.particles == 0 || !sensible(options_.inertia) || !sensible(options_.own) ||
      !sensible(options_.common) || !sensible(options_.constriction) ||
      !(options_.most_velocity > 0)) {
    throw ConfigError(
        Complaint{.what = "a swarm needs particles, and numbers that are finite and not negative",
                  .key = options_.name});
  }
}

/// The velocity of one number.
double ParticleSwarm::pulled(const Particle& one, std::size_t gene, double to_own, double to_common,
                             Rng& rng) const {
  const double velocity = options_.constriction * (options_.inertia * one.velocity[gene] +
                                                   options_.own * rng.uniform() * to_own +
                                                   options_.common * rng.uniform() * to_common);
  return std::clamp(velocity, -options_.most_velocity, options_.most_velocity);
}

Brood ParticleSwarm::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                           Rng& rng) const {
  const auto living = ground.archive.living();
  if (particles_.empty() || living.empty()) {
    return Immigrant().breed(ground, {}, rng);
  }
  const Particle& one = particles_[rng.below(particles_.size())];
  const std::size_t leaders =
      living.front()->scores.size() == 1 ? 1 : std::min(kLeaders, living.size());
  const Genome& common = living[rng.below(leaders)]->genome;
  const Genome here{one.position};
  const ActiveMask in_own = ground.encoding.active_mask(one.best.genome);
  const ActiveMask in_common = ground.encoding.active_mask(common);
  Offspring offspring{.genome = here, .lineage = {.propagator = options_.name, .parents = {}}};
  for (std::size_t i = 0; i < here.genes.size(); ++i) {
    double& gene = offspring.genome.genes[i];
    if (ground.encoding.choices(i) > 0) {
      const std::size_t source = rng.below(3);
      if (source == 0 && in_own[i]) {
        gene = one.best.genome.genes[i];
      } else if (source == 1 && in_common[i]) {
        gene = common.genes[i];
      }
      continue;
    }
    const double to_own = in_own[i] ? one.best.genome.genes[i] - gene : 0;
    const double to_common = in_common[i] ? common.genes[i] - gene : 0;
    gene = reflect(gene + pulled(one, i, to_own, to_common, rng));
  }
  if (ground.archive.find(one.at) != nullptr) {
    offspring.lineage.parents.push_back(one.at);
  }
  Brood brood;
  brood.push_back(std::move(offspring));
  return brood;
}

void ParticleSwarm::remember(const TrialId& id, std::size_t particle,
                             std::vector<double> position) {
  if (traces_.insert_or_assign(id, Trace{particle, std::move(position)}).second) {
    traced_.push_back(id);
  }
  if (traced_.size() > kMostTraces) {
    traces_.erase(traced_.front());
    traced_.pop_front();
  }
}

void ParticleSwarm::place(std::size_t particle, const Individual& individual,
                          std::vector<double> velocity) {
  Particle& one = particles_[particle];
  one.at = individual.id;
  one.position = individual.genome.genes;
  one.velocity = std::move(velocity);
  remember(individual.id, particle, one.position);
}

void ParticleSwarm::observe(const Individual& individual) {
  if (flawed(individual)) {
    return;
  }
  const std::vector<double> rest(individual.genome.genes.size(), 0.0);
  if (particles_.size() < options_.particles) {
    particles_.push_back({.at = individual.id, .position = {}, .velocity = {}, .best = individual});
    place(particles_.size() - 1, individual, rest);
    return;
  }
  const std::vector<TrialId>& parents = individual.lineage.parents;
  const bool own = individual.lineage.propagator == options_.name && !parents.empty();
  const auto trace = own ? traces_.find(parents.front()) : traces_.end();
  if (trace != traces_.end()) {
    std::vector<double> velocity = individual.genome.genes;
    for (std::size_t i = 0; i < velocity.size(); ++i) {
      velocity[i] -= trace->second.position[i];
    }
    const std::size_t particle = trace->second.particle;
    place(particle, individual, std::move(velocity));
    if (dominates(individual, particles_[particle].best)) {
      particles_[particle].best = individual;
    }
    return;
  }
  const auto worst =
      std::max_element(particles_.begin(), particles_.end(),
                       [](const Particle& a, const Particle& b) { return better(a.best, b.best); });
  if (better(individual, worst->best)) {
    worst->best = individual;
    place(static_cast<std::size_t>(worst - particles_.begin()), individual, rest);
  }
}

}  // namespace evolt
