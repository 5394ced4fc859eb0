#include "islands/knowledge.hpp"

#include <absl/container/flat_hash_set.h>

namespace evolt {

void Knowledge::admit(const Individual& individual) {
  if (archive_.find(individual.id) == nullptr) {
    known_.push_back(individual.id);
  }
  archive_.admit(individual);
  if (known_.size() <= kMost) {
    return;
  }
  absl::flat_hash_set<TrialId> shown;
  for (const auto& these : {archive_.best(), archive_.newest()}) {
    for (const Individual* const one : these) {
      shown.insert(one->id);
    }
  }
  std::erase_if(known_, [&](const TrialId& id) {
    const bool forgotten = !shown.contains(id);
    if (forgotten) {
      archive_.withdraw(id);
    }
    return forgotten;
  });
}

}  // namespace evolt
