#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace evolt::detail {
namespace {

bool is_directory_name(const std::string& name) {
  constexpr std::size_t kLongest = 200;  // of 255 that file systems allow
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '\x7F' && c != '/';
         });
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
  if (const auto cost = section.find("cost")) {
    search.cost = cost->text();
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
