#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/differential_evolution.hpp"
#include "propagator/elitist.hpp"
#include "propagator/evolution.hpp"
#include "propagator/extra_trees.hpp"
#include "propagator/grid.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/nelder_mead.hpp"
#include "propagator/particle_swarm.hpp"
#include "propagator/parzen.hpp"
#include "propagator/portfolio.hpp"
#include "propagator/propulate.hpp"
#include "propagator/quadratic.hpp"
#include "propagator/quasi_random.hpp"
#include "propagator/regularized.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <array>

namespace evolt {
namespace {

struct Entry {
  std::string_view name;
  Propagator (*make)(const Encoding&, const Brief&);
};

template <typename P>
Propagator plain(const Encoding& /*encoding*/, const Brief& /*brief*/) {
  return P();
}

template <typename P>
Propagator encoded(const Encoding& encoding, const Brief& /*brief*/) {
  return P(encoding);
}

/// Propulate's two: neither foresight nor restarts, with and without negative weights.
Propagator cma_es_basic(const Encoding& encoding, const Brief& /*brief*/) {
  return CmaEs(encoding,
               {.name = "cma_es_basic", .foresight = false, .restarts = false, .active = false});
}

Propagator cma_es_active(const Encoding& encoding, const Brief& /*brief*/) {
  return CmaEs(encoding, {.name = "cma_es_active", .foresight = false, .restarts = false});
}

template <ParticleSwarmOptions (*kind)()>
Propagator swarm(const Encoding& /*encoding*/, const Brief& /*brief*/) {
  return ParticleSwarm(kind());
}

constexpr std::array kEntries = {
    Entry{"default", portfolio},
    Entry{"bandit", portfolio},
    Entry{"cma_es", encoded<CmaEs>},
    Entry{"cma_es_active", cma_es_active},
    Entry{"cma_es_basic", cma_es_basic},
    Entry{"differential_evolution", plain<DifferentialEvolution>},
    Entry{"elitist", plain<Elitist>},
    Entry{"evolution", [](const Encoding& encoding, const Brief&) { return evolution(encoding); }},
    Entry{"extra_trees", encoded<ExtraTrees>},
    Entry{"grid",
          [](const Encoding& encoding, const Brief& brief) -> Propagator {
            return Grid(encoding, brief);
          }},
    Entry{"nelder_mead", encoded<NelderMead>},
    Entry{"parzen", plain<Parzen>},
    Entry{"propulate", plain<Propulate>},
    Entry{"pso", swarm<basic_swarm>},
    Entry{"pso_canonical", swarm<canonical_swarm>},
    Entry{"pso_constriction", swarm<constricted_swarm>},
    Entry{"pso_stateless", swarm<stateless_swarm>},
    Entry{"pso_velocity_clamping", swarm<clamped_swarm>},
    Entry{"quadratic", encoded<Quadratic>},
    Entry{"quasi_random", plain<QuasiRandom>},
    Entry{"random", plain<Immigrant>},
    Entry{"regularized", plain<Regularized>},
};

}  // namespace

std::vector<std::string> propagator_names() {
  std::vector<std::string> names;
  names.reserve(kEntries.size());
  for (const Entry& entry : kEntries) {
    names.emplace_back(entry.name);
  }
  return names;
}

Propagator make_propagator(std::string_view name, const Encoding& encoding, const Brief& brief) {
  for (const Entry& entry : kEntries) {
    if (entry.name == name) {
      return entry.make(encoding, brief);
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
