#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace evolt::detail {
namespace {

/// Kinds of objectives that need measured energy.
const std::vector<std::string>& energy_kinds() {
  static const std::vector<std::string> kKinds = {"per_joule", "zeus_cost", "joules_to_target"};
  return kKinds;
}

bool is_directory_name(const std::string& name) {
  constexpr std::size_t kLongest = 200;  // of 255 that file systems allow
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '\x7F' && c != '/';
         });
}

void check_metric_name(const Field& field, const std::string& name) {
  if (name.empty() || std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
      })) {
    throw_at(field.document(), field.node().place,
             Complaint{.what = absl::StrCat(field.key(), ": ", in_quotes(name),
                                            " is not the name of a metric"),
                       .key = field.key(),
                       .allowed = "a name without blanks; an expression is never written here"});
  }
}

std::vector<std::string> read_names(const Section& objective, std::string_view key) {
  std::vector<std::string> names;
  const auto field = objective.find(key);
  if (!field) {
    return names;
  }
  const auto add = [&](const Field& each) {
    names.push_back(each.text());
    check_metric_name(each, names.back());
    if (std::count(names.begin(), names.end(), names.back()) > 1) {
      each.fail(each.key() + " stands twice");
    }
  };
  if (field->is_array()) {
    for (const Field& each : field->elements("names")) {
      add(each);
    }
  } else {
    add(*field);
  }
  return names;
}

void check_kind(const Section& section, ObjectiveSettings& objective) {
  const std::size_t count = objective.names().size();
  objective.kind = count == 1 ? ObjectiveKind::metric : ObjectiveKind::pareto;
  const auto field = section.find("kind");
  if (!field) {
    return;
  }
  const std::string word = field->word({"metric", "pareto"}, energy_kinds());
  if (word == "metric" && count > 1) {
    field->fail(absl::StrCat(field->key(), " takes one name, and there are ", count), "pareto");
  }
  if (word == "pareto" && count == 1) {
    field->fail(field->key() + " takes several names, and there is one", "metric");
  }
}

}  // namespace

std::string read_name(const Section& study, const std::string& file) {
  constexpr std::string_view kAllowed =
      "the name of a directory: no /, no leading -, at most 200 bytes";
  if (const auto field = study.find("name")) {
    std::string name = field->text();
    if (!is_directory_name(name)) {
      field->fail(field->key() + " cannot be used as a directory", std::string(kAllowed));
    }
    return name;
  }
  std::string stem = std::filesystem::path(file).stem().string();
  if (!is_directory_name(stem)) {
    throw_at(study.document(), Place{},
             Complaint{.what = "study.name is missing, and the name of the file cannot stand in",
                       .key = "study.name",
                       .found = in_quotes(stem),
                       .allowed = std::string(kAllowed)});
  }
  return stem;
}

BudgetSettings read_budget(const Section& file) {
  const Section section = file.table("budget");
  BudgetSettings budget;
  if (const auto trials = section.find("trials")) {
    budget.trials = trials->whole(1);
  }
  if (const auto seconds = section.find("seconds")) {
    budget.seconds = seconds->duration();
    if (!(budget.seconds->value > 0)) {
      seconds->fail(seconds->key() + " is out of range", "more than 0 seconds");
    }
  }
  return budget;
}

ObjectiveSettings read_objective(const Section& file) {
  const Section section = file.table("objective");
  ObjectiveSettings objective;
  if (const auto kind = section.find("kind")) {
    static_cast<void>(kind->word({"metric", "pareto"}, energy_kinds()));
  }
  objective.maximize = read_names(section, "maximize");
  objective.minimize = read_names(section, "minimize");
  if (objective.names().empty()) {
    static_cast<void>(section.need("maximize", "maximize or minimize with the name of a metric"));
    section.find("maximize")
        ->fail("the objective names no metric", "maximize or minimize with the name of a metric");
  }
  for (const std::string& name : objective.minimize) {
    if (std::find(objective.maximize.begin(), objective.maximize.end(), name) !=
        objective.maximize.end()) {
      section.find("minimize")
          ->fail(in_quotes(name) + " stands in both objective.maximize and objective.minimize");
    }
  }
  check_kind(section, objective);
  if (const auto require = section.find("require")) {
    for (const Field& field : require->members()) {
      const std::string name = field.key().substr(require->key().size() + 1);
      check_metric_name(field, name);
      Requirement& requirement = objective.require[name];
      requirement.param = name;
      if (!field.is_table()) {
        field.fail(field.key() + " must be a table of bounds", "{ ge, gt, le, lt }");
      }
      read_bounds(field, requirement);
    }
  }
  return objective;
}

StopperSettings read_stopper(const Section& file, const ObjectiveSettings& objective,
                             const SearchSpace& space) {
  const Section section = file.table("stopper");
  StopperSettings stopper;
  if (const auto kind = section.find("kind")) {
    read_rule_or_program(*kind, stopper);
  }
  if (const auto metric = section.find("metric")) {
    stopper.metric = metric->text();
    const std::vector<std::string> names = objective.names();
    if (std::find(names.begin(), names.end(), stopper.metric) == names.end()) {
      metric->fail(metric->key() +
                       " must be one of the objectives: only of those is it known "
                       "which way is better",
                   absl::StrJoin(names, ", "), nearest_word(stopper.metric, names));
    }
  }
  if (const auto min_steps = section.find("min_steps")) {
    stopper.min_steps = min_steps->whole(1);
  }
  if (const auto audit = section.find("audit")) {
    stopper.audit = audit->number(0, 1);
  }
  if (const auto park = section.find("park")) {
    stopper.park = park->flag();
  }
  if (const auto changes = section.find("loss_changes_with")) {
    std::vector<std::string> names;
    for (const Parameter& parameter : space.parameters()) {
      names.push_back(parameter.name);
    }
    for (const Field& field : changes->elements("names of parameters")) {
      stopper.loss_changes_with.push_back(field.text());
      const std::string& name = stopper.loss_changes_with.back();
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        field.fail(in_quotes(name) + " is no parameter of the study", absl::StrJoin(names, ", "),
                   nearest_word(name, names));
      }
    }
  }
  return stopper;
}

SearchSettings read_search(const Section& file) {
  SearchSettings search;
  const Section section = file.table("search");
  if (const auto propagator = section.find("propagator")) {
    search.propagator = read_propagator(*propagator);
  }
  if (const auto noise = section.find("noise")) {
    search.noise = noise->flag();
  }
  if (const auto warm_start = section.find("warm_start")) {
    for (const Field& directory : warm_start->elements("directories of studies")) {
      search.warm_start.push_back(directory.text());
    }
  }
  return search;
}

void check_propagators(const Section& file) {
  const auto propagator = file.table("search").find("propagator");
  const auto kind = file.table("islands").find("kind");
  if (propagator && kind && !kind->elements("kinds").empty()) {
    propagator->fail(
        "search.propagator has no effect beside [[islands.kind]], which says what breeds on each "
        "island; leave one of them out");
  }
}

}  // namespace evolt::detail
