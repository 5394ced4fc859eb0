#include "core/config_error.hpp"
#include "core/rng.hpp"
#include "islands/topology.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <functional>

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
