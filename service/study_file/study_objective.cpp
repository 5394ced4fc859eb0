#include "service/study_file/study_objective.hpp"

#include <utility>

namespace evolt {

Objective make_objective(const Study& study) {
  const ObjectiveSettings& settings = study.objective;
  ObjectiveOptions options{
      .names = settings.names(),
      .maximized = settings.maximize.size(),
      .measured = {.estimated = study.energy.estimated, .lifetime = settings.lifetime}};
  for (const auto& [name, requirement] : settings.require) {
    options.require.push_back(requirement);
  }
  if (settings.kind == ObjectiveKind::per_joule) {
    const auto [least, most] = settings.cost_range.value_or(std::pair{0.0, 1.0});
    options.form = MetricPerCost{.cost = settings.cost,
                                 .how = {.form = settings.form,
                                         .chance = settings.chance,
                                         .target = *settings.target,
                                         .exponent = settings.exponent,
                                         .least_cost = least,
                                         .most_cost = most},
                                 .floor = settings.floor};
  } else if (settings.combines()) {
    options.form = CostToTarget{.target = *settings.target,
                                .eta = settings.eta,
                                .most_power = settings.most_power.value_or(Watts{})};
  }
  return Objective(std::move(options));
}

}  // namespace evolt
