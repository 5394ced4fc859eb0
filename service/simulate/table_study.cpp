#include "service/simulate/table_study.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <variant>

namespace evolt {
namespace {

std::vector<std::string> names_of(const SearchSpace& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) {
    names.push_back(parameter.name);
  }
  return names;
}

/// Those of `a` that `b` lacks.
std::vector<std::string> missing(const SearchSpace& a, const SearchSpace& b) {
  std::vector<std::string> names;
  for (const std::string& name : names_of(a)) {
    if (!b.index_of(name)) {
      names.push_back(name);
    }
  }
  return names;
}

void check_parameters(const Study& study, const Table& table) {
  const auto strange = missing(study.space, table.head().space);
  const auto left_out = missing(table.head().space, study.space);
  if (strange.empty() && left_out.empty()) {
    return;
  }
  std::string what = "the study's parameters are not those of the table";
  if (!strange.empty()) {
    what += "; the table does not have " + absl::StrJoin(strange, ", ");
  }
  if (!left_out.empty()) {
    what += "; the study does not have " + absl::StrJoin(left_out, ", ");
  }
  throw ConfigError(Complaint{.what = std::move(what),
                              .key = "param",
                              .allowed = absl::StrJoin(names_of(table.head().space), ", ")});
}

void check_objectives(const Study& study, const Table& table) {
  const TableHead& head = table.head();
  const std::vector<std::string> names = study.objective.names();
  if (names.empty() || names.front() != head.score ||
      study.objective.maximizes(0) != head.maximized) {
    throw ConfigError(Complaint{.what = "the first objective must be the score of the table",
                                .key = "objective",
                                .found = absl::StrJoin(names, ", "),
                                .allowed = absl::StrCat(head.maximized ? "maximize" : "minimize",
                                                        " = \"", head.score, "\"")});
  }
  std::vector<std::string> known{head.score, "seconds"};
  if (head.has_train_loss) {
    known.emplace_back("train_loss");
  }
  if (head.has_joules) {
    known.emplace_back("joules");
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw ConfigError(Complaint{.what = "the table does not report this metric",
                                  .key = "objective",
                                  .found = '"' + name + '"',
                                  .allowed = absl::StrJoin(known, ", "),
                                  .nearest = nearest_word(name, known)});
    }
  }
}

/// What only a table of joules to a target can answer, and all that it can.
void check_target(const Study& study, const Table& table) {
  const bool asked = study.objective.kind == ObjectiveKind::joules_to_target;
  if (table.head().reference && !asked) {
    throw ConfigError(Complaint{.what = "the table is one of joules to a target",
                                .key = "objective.kind",
                                .found = "another kind",
                                .allowed = "joules_to_target, with objective.target"});
  }
}

void check_breeders(const Study& study) {
  bool plugin = std::holds_alternative<PluginSettings>(study.search.propagator);
  for (const IslandKind& kind : study.islands.kind) {
    plugin = plugin || std::holds_alternative<PluginSettings>(kind.propagator);
  }
  if (plugin) {
    throw ConfigError(Complaint{.what = "plug-ins are not simulated: they do not live in virtual "
                                        "time",
                                .key = "search.propagator"});
  }
}

/// What a table cannot know.
void check_start(const Study& study) {
  if (study.trial.inherit) {
    throw ConfigError(Complaint{.what = "a table has the trainings of configurations that started "
                                        "from scratch, not from a parent's checkpoint",
                                .key = "trial.inherit",
                                .found = "true",
                                .allowed = "false"});
  }
}

/// A row's parameters in the study's terms: tables round their numbers, and a value beside a step
/// of the study is that step.
Params in_terms_of(const SearchSpace& space, Params params) {
  for (auto& [name, value] : params) {
    const Domain& domain = space.parameters()[*space.index_of(name)].domain;
    const auto* const range = std::get_if<FloatDomain>(&domain);
    const auto* const real = std::get_if<double>(&value);
    if (range != nullptr && range->step && real != nullptr) {
      const double step =
          range->low + std::round((*real - range->low) / *range->step) * *range->step;
      if (std::abs(step - *real) <= 1e-6 * std::abs(*real)) {
        value = step;
      }
    }
  }
  return params;
}

Study fitted(Study study, const Table& table) {
  check_parameters(study, table);
  check_objectives(study, table);
  check_target(study, table);
  check_breeders(study);
  if (study.stopper.program) {
    throw ConfigError(Complaint{.what = "a stopping rule that is a program is not simulated: it "
                                        "does not live in virtual time",
                                .key = "stopper.kind",
                                .found = "a command",
                                .allowed = "the name of a rule, as in --set stopper.kind=asha"});
  }
  check_start(study);
  study.trial.steps = table.head().epochs;
  study.trial.mode = StartMode::process;
  study.energy.estimated = true;  // a table's joules are declared
  // Attempts of a table go on from each other, unless each is to have a goal of its own.
  study.trial.checkpoint = !study.trial.rerun;
  return study;
}

bool sets_target(const std::vector<std::string>& overrides) {
  constexpr std::string_view kKey = "objective.target=";
  return std::any_of(overrides.begin(), overrides.end(), [&](const std::string& each) {
    return each.compare(0, kKey.size(), kKey) == 0;
  });
}

}  // namespace

Study study_of_table(const Table& table, const std::vector<std::string>& overrides) {
  Study study;
  study.name = table.head().name;
  study.budget.trials = static_cast<std::int64_t>(table.rows());
  study.trial.mode = StartMode::inproc;
  study.trial.steps = table.head().epochs;
  (table.head().maximized ? study.objective.maximize
                          : study.objective.minimize) = {table.head().score};
  study.space = table.head().space;
  if (table.head().reference) {
    study.objective.kind = ObjectiveKind::joules_to_target;
    study.objective.eta = 1;
    study.objective.target = table.head().target;
    study.start = {table.params(*table.head().reference)};
    if (!study.objective.target && !sets_target(overrides)) {
      throw ConfigError(Complaint{.what = "the table's space.json names no target",
                                  .key = "objective.target",
                                  .allowed = "--set objective.target=X"});
    }
  }
  if (overrides.empty()) {
    return study;
  }
  nlohmann::ordered_json json = study_to_json(study);
  if (!table.head().reference) {
    json["objective"].erase("kind");  // follows from what the overrides make of the names
  }
  return parse_study(json.dump(), "", overrides, true);
}

TableStudy::TableStudy(const Table& table, Study study)
    : table_(table),
      study_(fitted(std::move(study), table)),
      encoding_(study_.space),
      coordinates_(encoding_) {
  std::string first;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Params params = in_terms_of(study_.space, table.params(row));
    const absl::Status inside = study_.space.check(params);
    if (inside.ok()) {
      coordinates_.add(encoding_.encode(params));
      rows_.push_back(static_cast<std::uint32_t>(row));
    } else {
      coordinates_.add(encoding_.encode({}));
      first = first.empty() ? std::string(inside.message()) : first;
    }
  }
  if (rows_.empty()) {
    throw ConfigError(
        Complaint{.what = "the study's space holds no row of the table; of the first: " + first,
                  .key = "param"});
  }
}

Lookup TableStudy::usual_lookup() const {
  const auto all = study_.space.cardinality();
  return all && *all <= static_cast<double>(rows_.size()) ? Lookup::exact : Lookup::nearest;
}

std::optional<double> TableStudy::target() const {
  return table_.head().reference ? study_.objective.target : std::nullopt;
}

std::optional<double> TableStudy::reference_cost() const {
  return target() ? std::optional(cost(static_cast<std::uint32_t>(*table_.head().reference)))
                  : std::nullopt;
}

double TableStudy::cost(std::uint32_t row) const {
  if (const auto target = this->target()) {
    const auto joules = table_.joules_to(row, *target);
    return joules ? joules->value : HUGE_VAL;
  }
  const double score = table_.last(row).score;
  if (std::isnan(score)) {
    return HUGE_VAL;
  }
  return table_.head().maximized ? -score : score;
}

}  // namespace evolt
