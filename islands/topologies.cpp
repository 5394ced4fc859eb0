#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "islands/topology.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

namespace evolt {
namespace {

/// Each island sends to the next.
struct Ring {
  double probability;

  std::string_view name() const { return "ring"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    if (islands < 2) {
      return {};
    }
    return {Link{IslandId{(index(self) + 1) % islands}, probability}};
  }
};

/// Each island sends to every other.
struct Full {
  double probability;

  std::string_view name() const { return "full"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    std::vector<Link> links;
    for (std::int32_t to = 0; to < islands; ++to) {
      if (to != index(self)) {
        links.push_back(Link{IslandId{to}, probability});
      }
    }
    return links;
  }
};

/// Each island sends to the next, so that every island can be reached, and to one other that is
/// drawn once for the whole study: a small world with short ways (Watts & Strogatz 1998,
/// "Collective dynamics of 'small-world' networks"; we add chords instead of rewiring).
struct Random {
  double probability;
  std::uint64_t seed;

  std::string_view name() const { return "random"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    std::vector<Link> links = Ring{probability}.links(self, islands);
    if (islands > 2) {
      Rng rng{seed, 0x746f706fU, static_cast<std::uint64_t>(index(self))};
      const auto hop =
          static_cast<std::int32_t>(2 + rng.below(static_cast<std::size_t>(islands) - 2));
      links.push_back(Link{IslandId{(index(self) + hop) % islands}, probability});
    }
    return links;
  }
};

/// The islands of a set, in order, each with the same probability.
std::vector<Link> links_to(const std::set<std::int32_t>& islands, double probability) {
  std::vector<Link> links;
  for (const std::int32_t to : islands) {
    links.push_back(Link{IslandId{to}, probability});
  }
  return links;
}

/// Islands on a grid whose edges meet, as nearly square as their number allows; each sends to its
/// four neighbours. A prime number of islands is a ring both ways.
struct Torus {
  double probability;

  std::string_view name() const { return "torus"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    std::int32_t rows = 1;
    for (std::int32_t divisor = 1; divisor * divisor <= islands; ++divisor) {
      rows = islands % divisor == 0 ? divisor : rows;
    }
    const std::int32_t columns = islands / rows;
    const std::int32_t row = index(self) / columns;
    const std::int32_t column = index(self) % columns;
    std::set<std::int32_t> to;
    for (const std::int32_t step : {1, -1}) {
      to.insert((row + step + rows) % rows * columns + column);
      to.insert(row * columns + (column + step + columns) % columns);
    }
    to.erase(index(self));
    return links_to(to, probability);
  }
};

/// Island 0 sends to all others, and they to it.
struct Star {
  double probability;

  std::string_view name() const { return "star"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    return index(self) == 0 ? Full{probability}.links(self, islands)
                            : std::vector<Link>{Link{IslandId{0}, probability}};
  }
};

/// Each island sends to three others and hears from three: as many rings, in orders drawn once for
/// the whole study. So every island can be reached, and ways are short (the permutation model of
/// random regular graphs: Friedman 2008, "A proof of Alon's second eigenvalue conjecture").
/// Where rings share a link there is one fewer.
struct RandomRegular {
  double probability;
  std::uint64_t seed;

  std::string_view name() const { return "random_regular"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    constexpr std::uint64_t kRings = 3;
    std::set<std::int32_t> to;
    for (std::uint64_t ring = 0; ring < kRings; ++ring) {
      Rng rng{seed, 0x72656775U, ring};
      std::vector<std::int32_t> order(static_cast<std::size_t>(islands));
      std::iota(order.begin(), order.end(), 0);
      for (std::size_t k = order.size(); k > 1; --k) {
        std::swap(order[k - 1], order[rng.below(k)]);
      }
      const auto at = std::find(order.begin(), order.end(), index(self));
      to.insert(at + 1 == order.end() ? order.front() : *(at + 1));
    }
    to.erase(index(self));
    return links_to(to, probability);
  }
};

struct Matrix {
  std::vector<std::vector<double>> links_;

  std::string_view name() const { return "matrix"; }
  std::vector<Link> links(IslandId self, std::int32_t islands) const {
    const std::vector<double>& row = links_[static_cast<std::size_t>(index(self))];
    std::vector<Link> links;
    for (std::int32_t to = 0; to < islands; ++to) {
      const double probability = row[static_cast<std::size_t>(to)];
      if (to != index(self) && probability > 0) {
        links.push_back(Link{IslandId{to}, probability});
      }
    }
    return links;
  }
};

struct Entry {
  const char* name;
  std::function<Topology(const TopologyOptions&)> make;
};

const std::vector<Entry>& catalogue() {
  static const std::vector<Entry> kEntries = {
      {"ring", [](const TopologyOptions& o) { return Ring{o.probability}; }},
      {"full", [](const TopologyOptions& o) { return Full{o.probability}; }},
      {"random",
       [](const TopologyOptions& o) {
         return Random{o.probability, o.seed};
       }},
      {"torus", [](const TopologyOptions& o) { return Torus{o.probability}; }},
      {"star", [](const TopologyOptions& o) { return Star{o.probability}; }},
      {"random_regular",
       [](const TopologyOptions& o) {
         return RandomRegular{o.probability, o.seed};
       }},
  };
  return kEntries;
}

}  // namespace

std::vector<std::string> topology_names() {
  std::vector<std::string> names;
  for (const Entry& entry : catalogue()) {
    names.emplace_back(entry.name);
  }
  return names;
}

Topology matrix_topology(std::vector<std::vector<double>> links) {
  return Matrix{std::move(links)};
}

Topology make_topology(std::string_view name, const TopologyOptions& options) {
  for (const Entry& entry : catalogue()) {
    if (name == entry.name) {
      return entry.make(options);
    }
  }
  const std::vector<std::string> names = topology_names();
  throw ConfigError(Complaint{.what = "there is no such topology",
                              .key = "islands.topology",
                              .found = '"' + std::string(name) + '"',
                              .allowed = absl::StrJoin(names, ", "),
                              .nearest = nearest_word(name, names)});
}

}  // namespace evolt
