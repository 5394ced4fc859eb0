#include "service/study.hpp"
#include "service/study_file/parts_json.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace evolt {
namespace {

std::vector<std::string> parameter_names(const SearchSpace& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) {
    names.push_back(parameter.name);
  }
  return names;
}

/// One clause for each thing that differs.
std::vector<std::string> space_changes(const SearchSpace& stored, const SearchSpace& next) {
  std::vector<std::string> changes;
  for (const Parameter& before : stored.parameters()) {
    const auto index = next.index_of(before.name);
    if (!index) {
      changes.push_back(absl::StrCat("parameter \"", before.name, "\" was ",
                                     detail::parameter_json(before).dump(), " and is gone"));
    } else if (const Parameter& after = next.parameters()[*index]; !(before == after)) {
      changes.push_back(absl::StrCat("parameter \"", before.name, "\" was ",
                                     detail::parameter_json(before).dump(), " and is now ",
                                     detail::parameter_json(after).dump()));
    }
  }
  for (const Parameter& after : next.parameters()) {
    if (!stored.index_of(after.name)) {
      changes.push_back(absl::StrCat("parameter \"", after.name,
                                     "\" is new: ", detail::parameter_json(after).dump()));
    }
  }
  if (stored.forbidden() != next.forbidden()) {
    changes.push_back(absl::StrCat("[[forbid]] was ", detail::forbidden_json(stored).dump(),
                                   " and is now ", detail::forbidden_json(next).dump()));
  }
  if (changes.empty() && !(stored == next)) {
    changes.push_back(absl::StrCat("the order of the parameters was ",
                                   absl::StrJoin(parameter_names(stored), ", "), " and is now ",
                                   absl::StrJoin(parameter_names(next), ", ")));
  }
  return changes;
}

}  // namespace

std::string resume_conflict(const Study& stored, const Study& next) {
  std::vector<std::string> changes = space_changes(stored.space, next.space);
  if (!(stored.objective == next.objective)) {
    changes.push_back(absl::StrCat("the objective was ",
                                   detail::objective_json(stored.objective).dump(), " and is now ",
                                   detail::objective_json(next.objective).dump()));
  }
  if (changes.empty()) {
    return "";
  }
  return absl::StrCat("the study was started with another search: ", absl::StrJoin(changes, "; "),
                      "; undo the change, or start in another directory");
}

}  // namespace evolt
