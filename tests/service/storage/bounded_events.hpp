#pragma once

#include "estimators/objective.hpp"
#include "events.hpp"
#include "service/report/ledger.hpp"

#include <string>
#include <utility>
#include <vector>

namespace evolt::testing {

/// Of accuracy and joules, or of accuracy per joule.
inline LedgerOptions energy_options(bool several = true) {
  ObjectiveOptions objective{.names = {"accuracy", "joules"}, .maximized = 1};
  LedgerOptions options{.names = {"accuracy", "joules"}, .maximized = 1};
  if (!several) {
    objective.names = {"accuracy"};
    objective.form = MetricPerCost{};
    options.names = {"accuracy_per_joule"};
  }
  options.objective = Objective(std::move(objective));
  return options;
}

inline EnergyReading read(double joules, double half,
                          EnergyLabel label = EnergyLabel::counter_shared,
                          std::vector<std::string> scope = {"package"}) {
  return {.joules = {joules},
          .lower = {joules - half},
          .upper = {joules + half},
          .label = label,
          .coverage = 1,
          .scope = std::move(scope)};
}

/// A trial with an accuracy and joules, from its birth to its end.
inline void run(Ledger& ledger, int n, double accuracy, EnergyReading energy) {
  Event end = finished(id(static_cast<std::uint64_t>(n)), {-accuracy, energy.joules.value});
  auto& what = std::get<Finished>(end.what);
  what.outcome.metrics = {{"accuracy", accuracy}};
  what.outcome.usage.energy = std::move(energy);
  if (ledger.options().names.size() == 1) {
    what.scores = ledger.options()
                      .objective->score(what.outcome.metrics, what.outcome.usage)
                      .value_or(Scores{.values = {-accuracy * accuracy / 100}})
                      .values;
  }
  for (const Event& event : {bred(what.trial), leased(what.trial), end}) {
    ledger.apply(event);
  }
}

}  // namespace evolt::testing
