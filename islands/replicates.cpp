#include "islands/replicates.hpp"

#include <algorithm>

namespace evolt {
namespace {

constexpr std::size_t kLeaders = 8;
constexpr std::size_t kFirstResults = 10;

std::size_t deserved(std::size_t results) {
  std::size_t count = 2;
  for (std::size_t reach = 2 * kFirstResults; reach <= results; reach *= 2) {
    ++count;
  }
  return count;
}

}  // namespace

std::optional<TrialId> Replicates::root_of(const Individual& individual) {
  const Lineage& lineage = individual.lineage;
  if (lineage.propagator != kReplicate || lineage.parents.empty()) {
    return std::nullopt;
  }
  return lineage.parents.front();
}

void Replicates::add(const TrialId& root, const std::vector<double>& scores) {
  std::vector<std::vector<double>>& all = of_[root].scores;
  all.insert(std::lower_bound(all.begin(), all.end(), scores), scores);
}

void Replicates::give_up(const TrialId& root) {
  const auto found = of_.find(root);
  if (found != of_.end() && found->second.pending > 0) {
    --found->second.pending;
  }
}

std::vector<double> Replicates::mean(const TrialId& root) const {
  const auto found = of_.find(root);
  if (found == of_.end() || found->second.scores.empty()) {
    return {};
  }
  const std::vector<std::vector<double>>& all = found->second.scores;
  std::vector<double> mean(all.front().size());
  for (const std::vector<double>& scores : all) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += scores[i] / static_cast<double>(all.size());
    }
  }
  return mean;
}

std::size_t Replicates::known(const TrialId& root) const {
  const auto found = of_.find(root);
  return found == of_.end() ? 0 : found->second.scores.size() + found->second.pending;
}

const Individual* Replicates::choose(std::span<const Individual* const> best,
                                     std::size_t results) const {
  if (results < kFirstResults) {
    return nullptr;
  }
  const Individual* chosen = nullptr;
  std::size_t fewest = deserved(results);
  for (const Individual* const one : best.first(std::min(best.size(), kLeaders))) {
    if (one->standing == Standing::finished && known(one->id) < fewest) {
      fewest = known(one->id);
      chosen = one;
    }
  }
  return chosen;
}

}  // namespace evolt
