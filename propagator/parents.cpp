#include "propagator/parents.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

Offspring as_parent(const Individual& individual, std::string_view selection) {
  return {.genome = individual.genome,
          .lineage = {.propagator = std::string(selection), .parents = {individual.id}}};
}

std::span<const Individual* const> sound_living(const Archive& archive) {
  const auto flawed = [](const Individual& one) {
    return std::isnan(one.violation) || std::any_of(one.scores.begin(), one.scores.end(),
                                                    [](double score) { return std::isnan(score); });
  };
  auto living = archive.living();  // those come last
  while (!living.empty() && flawed(*living.back())) {
    living = living.first(living.size() - 1);
  }
  return living;
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
