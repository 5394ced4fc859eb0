#include "propagator/pipeline.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <cstddef>
#include <utility>

namespace evolt {

Pipeline::Pipeline(std::string name, std::vector<Propagator> stages)
    : name_(std::move(name)), stages_(std::move(stages)) {
  if (stages_.empty()) {
    throw ConfigError(Complaint{.what = "a pipeline needs at least one stage", .key = name_});
  }
  for (std::size_t i = 1; i < stages_.size(); ++i) {
    const std::size_t given = stages_[i - 1].arity().offspring;
    const auto taken = stages_[i].arity().parents;
    if (taken.value_or(0) != given || given == 0) {
      const std::string wants = !taken ? "its parents from the archive, so it can only come first"
                                : *taken == 0
                                    ? "no parents, so it can only come first"
                                    : absl::StrCat(*taken, *taken == 1 ? " parent" : " parents");
      throw ConfigError(Complaint{
          .what = absl::StrCat("pipeline ", name_, ": ", std::string(stages_[i - 1].name()),
                               " gives ", given, " offspring, but ", std::string(stages_[i].name()),
                               " takes ", wants),
          .key = name_});
    }
  }
}

Brood Pipeline::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  Brood brood = stages_.front().breed(ground, parents, rng);
  for (std::size_t i = 1; i < stages_.size(); ++i) {
    brood = stages_[i].breed(ground, brood, rng);
  }
  for (Offspring& offspring : brood) {
    if (!offspring.lineage.parents.empty()) {
      offspring.lineage.propagator = name_;
    }
  }
  return brood;
}

void Pipeline::observe(const Individual& individual) {
  for (Propagator& stage : stages_) {
    stage.observe(individual);
  }
}

Propagator operator|(Propagator first, Propagator second) {
  std::string name = absl::StrCat(std::string(first.name()), "|", std::string(second.name()));
  std::vector<Propagator> stages;
  stages.push_back(std::move(first));
  stages.push_back(std::move(second));
  return Pipeline(std::move(name), std::move(stages));
}

}  // namespace evolt
