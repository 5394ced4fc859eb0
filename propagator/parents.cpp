#include "propagator/parents.hpp"

#include <algorithm>

namespace evolt {

Offspring as_parent(const Individual& individual, std::string_view selection) {
  return {.genome = individual.genome,
          .lineage = {.propagator = std::string(selection), .parents = {individual.id}}};
}

Lineage crossed(std::string_view propagator, std::span<const Offspring> parents) {
  Lineage lineage{.propagator = std::string(propagator), .parents = {}};
  for (const Offspring& parent : parents) {
    for (const TrialId& id : parent.lineage.parents) {
      if (std::find(lineage.parents.begin(), lineage.parents.end(), id) == lineage.parents.end()) {
        lineage.parents.push_back(id);
      }
    }
  }
  return lineage;
}

}  // namespace evolt
