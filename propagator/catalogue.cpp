#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "propagator/cma_es.hpp"
#include "propagator/evolution.hpp"
#include "propagator/immigrant.hpp"
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

constexpr std::array kEntries = {
    Entry{"default", evolution},
    Entry{"cma_es", cma_es},
    Entry{"evolution", evolution},
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
