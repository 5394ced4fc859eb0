#pragma once

#include "core/ids.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// A way out of an island, and how likely it is used each time migration has its turn.
struct Link {
  IslandId to{};
  double probability = 1;

  friend bool operator==(const Link&, const Link&) = default;
};

/// Says where an island's individuals may go. The same answer on every rank; never an island
/// itself, never the same island twice; no link when there is one island.
template <class T>
concept Connects = std::copyable<T> && requires(const T t, IslandId self, std::int32_t islands) {
  { t.name() } -> std::convertible_to<std::string_view>;
  { t.links(self, islands) } -> std::same_as<std::vector<Link>>;
};

/// Any topology, by value.
class Topology {
 public:
  template <class T>
  requires(!std::same_as<T, Topology> && Connects<T>) Topology(T topology)
      : self_(std::make_unique<Model<T>>(std::move(topology))) {}
  Topology(const Topology& other) : self_(other.self_->clone()) {}
  Topology(Topology&&) noexcept = default;
  Topology& operator=(const Topology& other) {
    self_ = other.self_->clone();
    return *this;
  }
  Topology& operator=(Topology&&) noexcept = default;
  ~Topology() = default;

  std::string_view name() const { return self_->name(); }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    return self_->links(self, islands);
  }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::unique_ptr<Concept> clone() const = 0;
    virtual std::string_view name() const = 0;
    virtual std::vector<Link> links(IslandId, std::int32_t) const = 0;
  };
  template <class T>
  struct Model final : Concept {
    explicit Model(T t) : topology(std::move(t)) {}
    std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(topology); }
    std::string_view name() const override { return topology.name(); }
    std::vector<Link> links(IslandId self, std::int32_t islands) const override {
      return topology.links(self, islands);
    }
    T topology;
  };
  std::unique_ptr<Concept> self_;
};

struct TopologyOptions {
  double probability = 0.5;  ///< of every link
  std::uint64_t seed = 0;    ///< for topologies that are drawn at random
};

/// `ring`, `full`, `random`, `torus`, `star`, `random_regular`.
std::vector<std::string> topology_names();

/// The user's own: `links[i][j]` is the probability of the link from island i to j; none where it
/// is 0, nor from an island to itself. Requires: as many rows and columns as there are islands.
Topology matrix_topology(std::vector<std::vector<double>> links);

/// Errors: ConfigError naming the known ones and the nearest match.
Topology make_topology(std::string_view name, const TopologyOptions& options);

}  // namespace evolt
