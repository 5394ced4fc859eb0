#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "propagator/archive.hpp"
#include "propagator/encoding.hpp"

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// How many parents a propagator takes and how many offspring it gives.
struct Arity {
  std::optional<std::size_t> parents;  ///< nullopt: takes them from the archive itself
  std::size_t offspring = 1;
};

/// A genome on its way through a pipeline, with where it came from.
struct Offspring {
  Genome genome;
  Lineage lineage;
};
using Brood = std::vector<Offspring>;

/// What a propagator may look at.
struct Ground {
  Ground(const Encoding& space, const Archive& population)
      : Ground(space, population, population) {}
  Ground(const Encoding& space, const Archive& population, const Archive& all)
      : encoding(space), archive(population), known(all) {}

  const Encoding& encoding;
  const Archive& archive;  ///< of the island
  const Archive& known;    ///< of all islands where they learn from each other; else the same
};

/// Turns parents into offspring: selection, crossover, mutation and immigration are all of this
/// kind. The number of parents handed in and of offspring given back are those of arity().
template <class P>
concept Breeds = std::copyable<P> &&
    requires(P p, const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  { p.name() } -> std::convertible_to<std::string_view>;
  { p.arity() } -> std::same_as<Arity>;
  { p.breed(ground, parents, rng) } -> std::same_as<Brood>;
};

/// Any propagator, by value. A propagator that learns adds `void observe(const Individual&)`,
/// called for each individual its island admits; what is costly to learn it learns when it is asked
/// to breed, so that a replica which breeds one trial in ten pays for one in ten.
class Propagator {
 public:
  template <class P>
  requires(!std::same_as<P, Propagator> && Breeds<P>) Propagator(P propagator)
      : self_(std::make_unique<Model<P>>(std::move(propagator))) {}
  Propagator(const Propagator& other) : self_(other.self_->clone()) {}
  Propagator(Propagator&&) noexcept = default;
  Propagator& operator=(const Propagator& other) {
    self_ = other.self_->clone();
    return *this;
  }
  Propagator& operator=(Propagator&&) noexcept = default;
  ~Propagator() = default;

  std::string_view name() const { return self_->name(); }
  Arity arity() const { return self_->arity(); }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
    return self_->breed(ground, parents, rng);
  }
  void observe(const Individual& individual) { self_->observe(individual); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::unique_ptr<Concept> clone() const = 0;
    virtual std::string_view name() const = 0;
    virtual Arity arity() const = 0;
    virtual Brood breed(const Ground&, std::span<const Offspring>, Rng&) = 0;
    virtual void observe(const Individual&) = 0;
  };
  template <class P>
  struct Model final : Concept {
    explicit Model(P p) : propagator(std::move(p)) {}
    std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(propagator); }
    std::string_view name() const override { return propagator.name(); }
    Arity arity() const override { return propagator.arity(); }
    Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) override {
      return propagator.breed(ground, parents, rng);
    }
    void observe(const Individual& individual) override {
      if constexpr (requires { propagator.observe(individual); }) {
        propagator.observe(individual);
      }
    }
    P propagator;
  };
  std::unique_ptr<Concept> self_;
};

}  // namespace evolt
