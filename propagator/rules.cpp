#include "propagator/rules.hpp"

#include <algorithm>
#include <limits>

namespace evolt {

Rules::Rules(const SearchSpace& space, std::span<const Axis> axes)
    : order_(space.order()), forbidden_at_(space.size()) {
  for (const Parameter& parameter : space.parameters()) {
    wakes_.push_back(compile(parameter.when, space, axes));
  }
  branches_ =
      std::any_of(wakes_.begin(), wakes_.end(), [](const Needs& needs) { return !needs.empty(); });
  std::vector<std::size_t> place(space.size());
  for (std::size_t depth = 0; depth < order_.size(); ++depth) {
    place[order_[depth]] = depth;
  }
  for (const Condition& condition : space.forbidden()) {
    Needs needs = compile(condition, space, axes);
    std::size_t last = 0;
    for (const Need& need : needs) {
      last = std::max(last, place[need.gene]);
    }
    forbidden_at_[last].push_back(std::move(needs));
  }
}

Rules::Needs Rules::compile(const Condition& condition, const SearchSpace& space,
                            std::span<const Axis> axes) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Needs needs;
  for (const Requirement& requirement : condition.all) {
    Need need{.gene = *space.index_of(requirement.param),
              .ge = requirement.ge.value_or(-kInfinity),
              .gt = requirement.gt.value_or(-kInfinity),
              .le = requirement.le.value_or(kInfinity),
              .lt = requirement.lt.value_or(kInfinity)};
    const Axis& axis = axes[need.gene];
    const std::vector<Value>& values = axis.values();
    need.listed = !values.empty() || !requirement.any_of.empty();
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (requirement.accepts(values[k])) {
        need.readings.push_back(static_cast<double>(k));
      }
    }
    if (values.empty()) {
      for (const Value& value : requirement.any_of) {
        need.readings.push_back(axis.reading_of(value));
      }
    }
    std::sort(need.readings.begin(), need.readings.end());
    needs.push_back(std::move(need));
  }
  return needs;
}

bool Rules::all_hold(const Needs& needs, const Genome& genome, const ActiveMask& mask,
                     std::span<const Axis> axes) {
  return std::all_of(needs.begin(), needs.end(), [&](const Need& need) {
    if (!mask[need.gene]) {
      return false;
    }
    const double x = axes[need.gene].reading(genome.genes[need.gene]);
    if (need.listed) {
      return std::binary_search(need.readings.begin(), need.readings.end(), x);
    }
    return x >= need.ge && x > need.gt && x <= need.le && x < need.lt;
  });
}

ActiveMask Rules::active(const Genome& genome, std::span<const Axis> axes) const {
  ActiveMask mask(order_.size(), !branches_);
  if (!branches_) {
    return mask;
  }
  for (const std::size_t i : order_) {
    mask[i] = awake(i, genome, mask, axes);
  }
  return mask;
}

bool Rules::forbidden_at(std::size_t depth, const Genome& genome, const ActiveMask& mask,
                         std::span<const Axis> axes) const {
  const auto& ready = forbidden_at_[depth];
  return std::any_of(ready.begin(), ready.end(),
                     [&](const Needs& needs) { return all_hold(needs, genome, mask, axes); });
}

bool Rules::forbidden(const Genome& genome, const ActiveMask& mask,
                      std::span<const Axis> axes) const {
  for (std::size_t depth = 0; depth < order_.size(); ++depth) {
    if (forbidden_at(depth, genome, mask, axes)) {
      return true;
    }
  }
  return false;
}

}  // namespace evolt
