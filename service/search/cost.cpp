#include "service/search/cost.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {
namespace {

/// Errors: ConfigError for a cost that the study names, and that would be without effect.
void check_cost(const Study& study, std::span<const PropagatorSettings> breeders) {
  const auto complain = [&](std::string what, std::string allowed) {
    throw ConfigError(
        Complaint{.what = std::move(what),
                  .key = "search.cost",
                  .found = '"' + study.search.cost + '"',
                  .allowed = std::move(allowed),
                  .nearest = nearest_word(study.search.cost, study.objective.minimize)});
  };
  const std::vector<std::string>& minimized = study.objective.minimize;
  if (study.objective.score_names().size() < 2) {
    complain("the study has one objective: there is nothing to weigh a cost against",
             "auto or none, or another objective beside the cost");
  }
  if (std::find(minimized.begin(), minimized.end(), study.search.cost) == minimized.end()) {
    complain("search.cost must be one of the minimized objectives",
             absl::StrJoin(minimized, ", ") + ", auto, none");
  }
  if (std::none_of(breeders.begin(), breeders.end(), minds_cost)) {
    complain("the propagators of this study do not mind what trials cost",
             "auto or none, or search.propagator = \"default\"");
  }
}

}  // namespace

bool minds_cost(const PropagatorSettings& breeder) {
  const auto* const name = std::get_if<std::string>(&breeder);
  return name != nullptr && (*name == "default" || *name == "bandit");
}

std::optional<std::size_t> cost_of(const Study& study,
                                   std::span<const PropagatorSettings> breeders) {
  if (study.search.cost == "none") {
    return std::nullopt;
  }
  std::vector<std::string> wanted{"joules", "seconds"};
  if (study.search.cost != "auto") {
    check_cost(study, breeders);
    wanted = {study.search.cost};
  }
  const std::vector<std::string> names = study.objective.names();
  if (study.objective.score_names().size() < 2) {
    const ObjectiveKind kind = study.objective.kind;
    const bool to_target =
        kind == ObjectiveKind::joules_to_target || kind == ObjectiveKind::zeus_cost;
    return to_target ? std::optional<std::size_t>(0) : std::nullopt;
  }
  for (const std::string& name : wanted) {
    const auto at =
        std::find(names.begin() + std::ssize(study.objective.maximize), names.end(), name);
    if (at != names.end()) {
      return static_cast<std::size_t>(at - names.begin());
    }
  }
  return std::nullopt;
}

}  // namespace evolt
