#include "service/run/warm_start.hpp"

#include "service/socket/study_view.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMost = 200;
constexpr std::size_t kLeast = 10;

std::optional<double> as_number(const Value& value) {
  if (const auto* const real = std::get_if<double>(&value)) {
    return *real;
  }
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  return std::nullopt;
}

/// A value of another study's parameter as one of ours; nullopt where ours has none like it.
std::optional<Value> fitted(const Domain& domain, const Value& value) {
  const auto* const real = std::get_if<FloatDomain>(&domain);
  const auto* const whole = std::get_if<IntDomain>(&domain);
  const std::optional<double> number = as_number(value);
  std::optional<Value> ours;
  if (real != nullptr && number) {
    double x = std::clamp(*number, real->low, real->high);
    if (real->step) {
      x = real->low + std::round((x - real->low) / *real->step) * *real->step;
    }
    ours = x;
  } else if (whole != nullptr && number) {
    const auto low = static_cast<double>(whole->low);
    const auto step = static_cast<double>(whole->step);
    const double x = std::clamp(*number, low, static_cast<double>(whole->high));
    ours = whole->low + whole->step * static_cast<std::int64_t>(std::round((x - low) / step));
  } else if (real == nullptr && whole == nullptr) {
    ours = value;
  }
  return ours && check_value(domain, *ours).ok() ? ours : std::nullopt;
}

Params translated(const Params& theirs, const SearchSpace& space) {
  Params ours;
  for (const Parameter& parameter : space.parameters()) {
    const Value* const value = find(theirs, parameter.name);
    if (auto fit = value == nullptr ? std::nullopt : fitted(parameter.domain, *value)) {
      ours.emplace_back(parameter.name, *std::move(fit));
    }
  }
  return ours;
}

/// Row by row: the best of each, the second of each...
std::vector<Params> take_turns(const std::vector<std::vector<Params>>& sources) {
  std::vector<Params> merged;
  for (std::size_t rank = 0; merged.size() < kMost; ++rank) {
    bool any = false;
    for (const std::vector<Params>& source : sources) {
      if (rank < source.size()) {
        any = true;
        if (std::find(merged.begin(), merged.end(), source[rank]) == merged.end()) {
          merged.push_back(source[rank]);
        }
      }
    }
    if (!any) {
      break;
    }
  }
  return merged;
}

}  // namespace

std::vector<Params> prior_from_export(const Json& exported, const SearchSpace& space) {
  const Json& objective = exported.at("summary").at("objective").at(0);
  const std::string name = objective.at("name");
  const double sign = objective.at("goal") == "maximize" ? -1 : 1;
  std::vector<std::pair<double, Params>> ranked;
  for (const Json& trial : exported.at("trials")) {
    const Json scores = trial.value("scores", Json::object());
    const Json score = scores.value(name, Json());
    if (score.is_number()) {
      ranked.emplace_back(sign * score.get<double>(), params_from_json(trial.at("params")));
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  ranked.resize(std::min(ranked.size(), std::max(kLeast, ranked.size() / 5)));
  std::vector<Params> prior;
  for (const auto& [score, params] : ranked) {
    if (Params ours = translated(params, space); !ours.empty()) {
      prior.push_back(std::move(ours));
    }
  }
  return prior;
}

absl::StatusOr<std::vector<Params>> read_prior(const Study& study) {
  std::vector<std::vector<Params>> sources;
  for (const std::string& named : study.search.warm_start) {
    const std::string directory = (std::filesystem::path(study.directory) / named).string();
    const auto view = read_study_view(directory, Json{{"export", "json"}}.dump());
    if (!view.ok()) {
      return absl::Status(view.status().code(), absl::StrCat("search.warm_start \"", named, "\": ",
                                                             std::string(view.status().message())));
    }
    const Json reply = Json::parse(view->reply);
    sources.push_back(
        prior_from_export(Json::parse(reply.at("export").get<std::string>()), study.space));
  }
  return take_turns(sources);
}

}  // namespace evolt
