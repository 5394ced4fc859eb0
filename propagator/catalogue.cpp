#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/differential_evolution.hpp"
#include "propagator/elitist.hpp"
#include "propagator/evolution.hpp"
#include "propagator/extra_trees.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/parzen.hpp"
#include "propagator/portfolio.hpp"
#include "propagator/quasi_random.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <array>

namespace evolt {
namespace {

struct Entry {
  std::string_view name;
  Propagator (*make)(const Encoding&);
};

template <typename P>
Propagator plain(const Encoding& /*encoding*/) {
  return P();
}

constexpr std::array kEntries = {
    Entry{"default", portfolio},
    Entry{"bandit", portfolio},
    Entry{"cma_es", [](const Encoding& encoding) { return Propagator(CmaEs(encoding)); }},
    Entry{"differential_evolution", plain<DifferentialEvolution>},
    Entry{"elitist", plain<Elitist>},
    Entry{"evolution", evolution},
    Entry{"extra_trees", [](const Encoding& encoding) { return Propagator(ExtraTrees(encoding)); }},
    Entry{"parzen", plain<Parzen>},
    Entry{"quasi_random", plain<QuasiRandom>},
    Entry{"random", plain<Immigrant>},
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
