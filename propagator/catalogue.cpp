#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/evolution.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/nelder_mead.hpp"
#include "propagator/particle_swarm.hpp"
#include "propagator/propulate.hpp"
#include "propagator/quadratic.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <array>

namespace evolt {
namespace {

struct Entry {
  std::string_view name;
  Propagator (*make)(const Encoding&);
};

Propagator cma_es(const Encoding& encoding) {
  return CmaEs(encoding);
}

/// Propulate's two: neither foresight nor restarts, with and without negative weights.
Propagator cma_es_basic(const Encoding& encoding) {
  return CmaEs(encoding,
               {.name = "cma_es_basic", .foresight = false, .restarts = false, .active = false});
}

Propagator cma_es_active(const Encoding& encoding) {
  return CmaEs(encoding, {.name = "cma_es_active", .foresight = false, .restarts = false});
}

template <ParticleSwarmOptions (*kind)()>
Propagator swarm(const Encoding& /*encoding*/) {
  return ParticleSwarm(kind());
}

constexpr std::array kEntries = {
    Entry{"default", evolution},
    Entry{"cma_es", cma_es},
    Entry{"cma_es_active", cma_es_active},
    Entry{"cma_es_basic", cma_es_basic},
    Entry{"evolution", evolution},
    Entry{"nelder_mead", [](const Encoding& encoding) { return Propagator(NelderMead(encoding)); }},
    Entry{"propulate", [](const Encoding&) { return Propagator(Propulate()); }},
    Entry{"pso", swarm<basic_swarm>},
    Entry{"pso_canonical", swarm<canonical_swarm>},
    Entry{"pso_constriction", swarm<constricted_swarm>},
    Entry{"pso_stateless", swarm<stateless_swarm>},
    Entry{"pso_velocity_clamping", swarm<clamped_swarm>},
    Entry{"quadratic", [](const Encoding& encoding) { return Propagator(Quadratic(encoding)); }},
    Entry{"random", [](const Encoding&) { return Propagator(Immigrant()); }},
};

}  // namespace

std::vector<std::string> propagator_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) {
    names.emplace_back(entry.name);
  }
  return names;
}

Propagator make_propagator(std::string_view name, const Encoding& encoding) {
  for (const Entry& entry : kEntries) {
    if (entry.name == name) {
      return entry.make(encoding);
    }
  }
  const std::vector<std::string> names = propagator_names();
  throw ConfigError(Complaint{.what = "there is no such propagator",
                              .key = "search.propagator",
                              .found = absl::StrCat("\"", std::string(name), "\""),
                              .allowed = absl::StrJoin(names, ", "),
                              .nearest = nearest_word(name, names)});
}

}  // namespace evolt
