#include "service/search/plan.hpp"

#include "core/config_error.hpp"
#include "estimators/catalogue.hpp"
#include "propagator/catalogue.hpp"
#include "service/search/cost.hpp"
#include "service/search/island_kinds.hpp"
#include "service/study_file/study_objective.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {
namespace {

/// Of a phase nothing is known before it comes, and most come last.
bool known_at_the_end(const std::string& name) {
  const auto measured = measured_name(name);
  return measured &&
         (!measured->phase.empty() || measured->quantity == MeasuredName::Quantity::lifetime);
}

/// The metric named, of the objectives. Errors: ConfigError for another name.
Outlook named_metric(const Study& study) {
  const std::vector<std::string> names = study.objective.names();
  const auto at = std::find(names.begin(), names.end(), study.stopper.metric);
  if (at == names.end()) {
    throw ConfigError(Complaint{.what = "stopper.metric must be one of the objectives",
                                .key = "stopper.metric",
                                .found = '"' + study.stopper.metric + '"',
                                .allowed = absl::StrJoin(names, ", "),
                                .nearest = nearest_word(study.stopper.metric, names)});
  }
  return Outlook::of_metric(
      *at, study.objective.maximizes(static_cast<std::size_t>(at - names.begin())));
}

bool ends_at_target(const Study& study) {
  return study.objective.kind == ObjectiveKind::joules_to_target ||
         study.objective.kind == ObjectiveKind::zeus_cost;
}

/// What decides about stopping: the metric named; else the objective as it would be in the end;
/// where the rule cannot rank by several values, the first objective that trainers report.
Outlook outlook_of(const Study& study) {
  const std::vector<std::string> names = study.objective.names();
  if (study.stopper.kind.name == "none" && !study.stopper.program) {
    return {};
  }
  if (!study.stopper.metric.empty()) {
    return named_metric(study);
  }
  const ObjectiveSettings& objective = study.objective;
  const bool demands = !objective.require.empty() || objective.floor ||
                       (objective.combines() && objective.kind != ObjectiveKind::per_joule);
  const bool one = objective.score_names().size() == 1 && !demands;
  const bool plain = one && !objective.combines() && !measured_name(names.front());
  const bool whole = (one || ranks_by_several(study.stopper.kind)) &&
                     std::none_of(names.begin(), names.end(), known_at_the_end) &&
                     !known_at_the_end(objective.cost);
  if (!plain && whole && !study.stopper.program) {
    return Outlook::of_objective(make_objective(study), study.trial.steps);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!measured_name(names[i])) {
      return Outlook::of_metric(names[i], study.objective.maximizes(i));
    }
  }
  return {};
}

/// Which of several judged values is what a trial costs: what stopping it would save.
std::optional<std::size_t> judged_cost(const Study& study, const Outlook& outlook) {
  const ObjectiveSettings& objective = study.objective;
  if (!outlook.judges() || !outlook.metric().empty()) {
    return std::nullopt;
  }
  if (ends_at_target(study)) {
    return 0;
  }
  if (objective.combines()) {
    return std::nullopt;
  }
  const std::vector<std::string> names = objective.names();
  for (const char* const name : {"joules", "seconds"}) {
    const auto at = std::find(names.begin() + std::ssize(objective.maximize), names.end(), name);
    if (at != names.end()) {
      return static_cast<std::size_t>(at - names.begin());
    }
  }
  return std::nullopt;
}

/// A program's fallback does not cut by one of several objectives: that one cannot tell what is
/// hopeless.
RuleSettings estimator_of(const Study& study, const Outlook& outlook) {
  const bool nothing = !outlook.judges() ||
                       (study.stopper.program && study.stopper.metric.empty() &&
                        study.stopper.kind.name == "default" && study.objective.names().size() > 1);
  return nothing ? RuleSettings("none") : study.stopper.kind;
}

/// When a rule that is a program is asked; nullopt where the rule is none.
std::optional<AskedRule> asked_rule(const Study& study, const Outlook& outlook,
                                    const EstimatorOptions& options) {
  if (!study.stopper.program) {
    return std::nullopt;
  }
  if (outlook.metric().empty()) {
    throw ConfigError(Complaint{.what =
                                    "the program has nothing to judge: no objective is a metric "
                                    "that trainers report",
                                .key = "stopper.kind",
                                .found = "a command",
                                .allowed = "the name of a rule"});
  }
  if (study.trial.rerun) {
    throw ConfigError(Complaint{.what = "trial.rerun asks for goals, and a program has no rungs",
                                .key = "stopper.kind",
                                .found = "a command",
                                .allowed = "the name of a rule"});
  }
  const auto& no_progress = study.trial.limits.no_progress;
  if (no_progress && study.stopper.program->deadline >= *no_progress) {
    throw ConfigError(Complaint{.what = "a trainer that waits for its verdict would be taken for "
                                        "hung: the deadline is not below trial.limits.no_progress",
                                .key = "stopper.kind.deadline",
                                .found = absl::StrCat(study.stopper.program->deadline.value, " s"),
                                .allowed = absl::StrCat("less than ", no_progress->value, " s")});
  }
  return AskedRule{.window = {.steps = options.steps, .min_steps = options.min_steps.value_or(1)},
                   .parks = options.parks};
}

/// Refuses what nothing measures: every trial would end without its objective.
void check_measurable(const ObjectiveSettings& objective, const std::string& unmeasured) {
  const std::vector<std::string> names = objective.names();
  const auto priced = [](const std::string& name) {
    const auto measured = measured_name(name);
    return measured && measured->needs_energy();
  };
  const bool counts = objective.kind == ObjectiveKind::joules_to_target ||
                      (objective.kind == ObjectiveKind::zeus_cost && objective.eta > 0) ||
                      (objective.kind == ObjectiveKind::per_joule && priced(objective.cost));
  const bool demands =
      std::any_of(objective.require.begin(), objective.require.end(),
                  [&](const auto& requirement) { return priced(requirement.first); });
  if (counts || demands || std::any_of(names.begin(), names.end(), priced)) {
    throw ConfigError(
        Complaint{.what = absl::StrCat("the objective counts joules, and ", unmeasured),
                  .key = "objective",
                  .found = "joules",
                  .allowed = "metrics that the trainer reports, and seconds"});
  }
}

/// The same of budgets and limits, which would never end anything.
void check_budgets(const Study& study, const std::string& unmeasured) {
  const BudgetSettings& budget = study.budget;
  const char* const key = budget.joules               ? "budget.joules"
                          : budget.kwh                ? "budget.kwh"
                          : budget.gco2e              ? "budget.gco2e"
                          : budget.gain_per_joule     ? "budget.gain_per_joule"
                          : study.trial.limits.joules ? "trial.limits.joules"
                                                      : nullptr;
  if (key != nullptr) {
    throw ConfigError(
        Complaint{.what = absl::StrCat("this counts joules, and ", unmeasured), .key = key});
  }
}

/// One for each island of the rank; for a plug-in, what breeds where it does not.
std::vector<Propagator> make_propagators(const std::vector<PropagatorSettings>& settings,
                                         const std::vector<IslandId>& islands,
                                         const Encoding& encoding, const Brief& brief) {
  std::vector<Propagator> made;
  for (const IslandId island : islands) {
    const PropagatorSettings& each = settings[static_cast<std::size_t>(index(island))];
    const auto* const plugin = std::get_if<PluginSettings>(&each);
    made.push_back(make_propagator(
        plugin == nullptr ? std::get<std::string>(each) : plugin->fallback, encoding, brief));
  }
  return made;
}

/// None where no island has a plug-in.
std::vector<std::string> plugin_names(const std::vector<PropagatorSettings>& settings) {
  std::vector<std::string> names;
  bool any = false;
  for (const PropagatorSettings& each : settings) {
    const auto* const plugin = std::get_if<PluginSettings>(&each);
    names.push_back(plugin == nullptr ? "" : plugin->propagator());
    any = any || plugin != nullptr;
  }
  return any ? names : std::vector<std::string>();
}

/// Latin-hypercube points before an island breeds, over the whole study: clip(2d, 10, 24), but
/// never more than a quarter of the budget; four where other studies say where to look; none where
/// the search begins with what is cheap.
std::int32_t opening_samples(const Study& study, const Berth& berth, const Brief& brief,
                             std::span<const PropagatorSettings> breeders) {
  if (brief.cost && brief.objectives > 1 &&
      std::all_of(breeders.begin(), breeders.end(), minds_cost)) {
    return 0;
  }
  const auto dimensions = static_cast<std::int64_t>(study.space.size());
  const std::int64_t most =
      berth.prior.empty() ? std::clamp<std::int64_t>(2 * dimensions, 10, 24) : 4;
  const std::int64_t all = std::min(most, std::max<std::int64_t>(study.budget.trials / 4, 1));
  const std::int64_t left = std::max<std::int64_t>(all - berth.bred, 0);
  return static_cast<std::int32_t>((left + study.islands.count - 1) / study.islands.count);
}

Topology topology_of(const Study& study) {
  const IslandSettings& islands = study.islands;
  return islands.links.empty() ? make_topology(islands.topology, {islands.probability, study.seed})
                               : matrix_topology(islands.links);
}

/// Requires: a word of the study file.
MigrationOptions migration_of(const IslandSettings& islands) {
  return {.copies = islands.mode == "pollinate",
          .every_results = islands.every_results,
          .size = islands.size,
          .emigrants = islands.emigrate == "best"     ? Emigrants::best
                       : islands.emigrate == "random" ? Emigrants::random
                                                      : Emigrants::diverse,
          .displaced = islands.replace == "worst"    ? Displaced::worst
                       : islands.replace == "random" ? Displaced::random
                                                     : Displaced::similar,
          .self_tuning = islands.self_tuning};
}

/// The very best of other studies open the search; the rest is for Transfer.
std::vector<Params> opening_prior(const std::vector<Params>& prior) {
  constexpr std::ptrdiff_t kOpening = 3;
  return {prior.begin(), prior.begin() + std::min(kOpening, std::ssize(prior))};
}

/// Whether a trial whose attempt has ended can go on in another one.
bool can_go_on(const TrialSettings& trial) {
  return trial.rerun || (trial.checkpoint && trial.mode != StartMode::inproc);
}

/// The share of each island in the ranks.
std::vector<std::int32_t> island_shares(const IslandSettings& islands) {
  return islands.sizes.empty()
             ? std::vector<std::int32_t>(static_cast<std::size_t>(islands.count), 1)
             : islands.sizes;
}

}  // namespace

Layout make_layout(const Study& study, std::int32_t ranks, const std::vector<RankId>& breeders) {
  return breeders.empty() ? Layout(ranks, island_shares(study.islands))
                          : Layout(ranks, breeders, island_shares(study.islands));
}

std::vector<PropagatorSettings> propagators_of_islands(const Study& study) {
  std::vector<IslandKind> kinds = study.islands.kind;
  if (kinds.empty()) {
    kinds.push_back(IslandKind{study.search.propagator, 1});
  }
  if (std::ssize(kinds) > study.islands.count) {
    throw ConfigError(Complaint{.what = "there are more kinds of islands than islands",
                                .key = "islands.count",
                                .found = std::to_string(study.islands.count),
                                .allowed = std::to_string(kinds.size()) + " or more"});
  }
  std::vector<double> shares;
  shares.reserve(kinds.size());
  for (const IslandKind& kind : kinds) {
    shares.push_back(kind.share);
  }
  std::vector<PropagatorSettings> settings;
  for (const std::size_t kind : deal_islands(shares, study.islands.count)) {
    settings.push_back(kinds[kind].propagator);
  }
  return settings;
}

std::optional<EnergyBudget> energy_budget(const Study& study) {
  constexpr double kJoulesPerKwh = 3.6e6;
  const BudgetSettings& budget = study.budget;
  if (!budget.counts_energy()) {
    return std::nullopt;
  }
  EnergyBudgetOptions options{.cap = {},
                              .gain_per_joule = budget.gain_per_joule,
                              .gain_over = budget.gain_over,
                              .trial_limit = study.trial.limits.joules,
                              .estimated = study.energy.estimated,
                              .continues = study.trial.checkpoint,
                              .steps = study.trial.steps};
  const auto offer = [&options](EnergyCap cap) {
    if (!options.cap || cap.joules < options.cap->joules) {
      options.cap = std::move(cap);
    }
  };
  if (budget.joules) {
    offer({*budget.joules, "budget.joules", "J", 1});
  }
  if (budget.kwh) {
    offer({Joules{*budget.kwh * kJoulesPerKwh}, "budget.kwh", "kWh", 1 / kJoulesPerKwh});
  }
  if (budget.gco2e && study.energy.carbon) {
    const double per_joule = (study.energy.pue ? study.energy.pue->value : 1) *
                             study.energy.carbon->value / kJoulesPerKwh;
    offer({Joules{*budget.gco2e / per_joule}, "budget.gco2e", "g CO2e", per_joule});
  }
  return EnergyBudget(std::move(options));
}

RankPlan make_plan(const Study& study, const Encoding& encoding, const Berth& berth) {
  if (!berth.unmeasured.empty()) {
    check_measurable(study.objective, berth.unmeasured);
    check_budgets(study, berth.unmeasured);
  }
  const Outlook outlook = outlook_of(study);
  const EstimatorOptions rule{.steps = study.trial.steps,
                              .min_steps = study.stopper.min_steps,
                              .parks = study.stopper.park && can_go_on(study.trial),
                              .cost = judged_cost(study, outlook),
                              .until_target = ends_at_target(study) && outlook.metric().empty(),
                              .loss_changes = !study.stopper.loss_changes_with.empty()};
  const std::vector<PropagatorSettings> breeders = propagators_of_islands(study);
  const Brief brief{.prior = berth.prior,
                    .objectives = study.objective.score_names().size(),
                    .trials = study.budget.trials,
                    .cost = cost_of(study, breeders)};
  const Layout layout = berth.layout ? *berth.layout : make_layout(study, 1, {});
  const std::optional<AskedRule> asked = asked_rule(study, outlook, rule);
  const bool breeds = !layout.islands_of(berth.self).empty();
  return RankPlan{
      .self = berth.self,
      .layout = layout,
      .incarnation = berth.incarnation,
      .seed = study.seed,
      .slots = berth.slots,
      .credits = std::max<std::int64_t>(study.budget.trials - berth.bred, 0),
      .unfinished = berth.unfinished,
      .attempts = study.trial.limits.attempts,
      .continues = study.trial.checkpoint,
      .rerun = study.trial.rerun,
      .left_checkpoint = berth.left_checkpoint,
      .proven = berth.has_results,
      .fidelity = Fidelity{study.trial.fidelity, study.trial.steps},
      .limit = berth.limit,
      .wall = study.trial.limits.wall,
      .times = berth.times,
      .energy = berth.energy ? berth.energy : energy_budget(study),
      .most_joules = study.trial.limits.joules,
      .estimated = study.energy.estimated,
      .objective = make_objective(study),
      .estimator = make_estimator(estimator_of(study, outlook), rule),
      .outlook = outlook,
      .rule = breeds ? asked : std::nullopt,  // who runs no trials asks nobody
      .audit = study.stopper.audit,
      .population = study.islands.population,
      .noise = study.search.noise,
      .learns_from_all = study.islands.learn_from == "all" && study.islands.count > 1,
      .topology = topology_of(study),
      .migration = migration_of(study.islands),
      .propagators = make_propagators(breeders, layout.islands_of(berth.self), encoding, brief),
      .plugins = plugin_names(breeders),
      .start = study.start,
      .prior = opening_prior(berth.prior),
      .sampled = opening_samples(study, berth, brief, breeders)};
}

}  // namespace evolt
