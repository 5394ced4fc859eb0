// The bounds of scores; the rest of Objective is in objective.cpp.
#include "estimators/objective.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

namespace evolt {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool unbounded(const Bounded& a) {
  return a.lower != a.upper && !(std::isfinite(a.lower) && std::isfinite(a.upper));
}

Bounded unknown(double value) {
  return {value, -kInfinity, kInfinity};
}

}  // namespace

/// Whether energy divides the score, so that its inverse is what energy counts evenly in.
bool Objective::inverted() const {
  const auto* const per = std::get_if<MetricPerCost>(&options_.form);
  return per != nullptr && per->how.form == EfficiencyForm::ratio;
}

/// Whether a factor on all energies changes no order.
bool Objective::scales() const {
  if (const auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    return per->how.form != EfficiencyForm::pepr;
  }
  const auto* const to = std::get_if<CostToTarget>(&options_.form);
  return to == nullptr || to->eta == 1;
}

/// What is worth nothing is infinitely far from being good.
double Objective::even(double score) const {
  if (!inverted()) {
    return score;
  }
  return score < 0 ? -1 / score : kInfinity;
}

double Objective::from_even(double value) const {
  return inverted() ? 0.0 - 1 / value : value;
}

std::vector<MeasuredName> Objective::energies() const {
  std::vector<std::string> names = options_.names;
  if (const auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    names.push_back(per->cost);
  } else if (const auto* const to = std::get_if<CostToTarget>(&options_.form);
             to != nullptr && to->eta > 0) {
    names.emplace_back("joules");
  }
  for (const Requirement& requirement : options_.require) {
    names.push_back(requirement.param);
  }
  std::vector<MeasuredName> energies;
  for (const std::string& name : names) {
    if (auto measured = measured_name(name); measured && measured->needs_energy()) {
      energies.push_back(*std::move(measured));
    }
  }
  return energies;
}

std::vector<const EnergyReading*> Objective::readings(const Usage& usage) const {
  std::vector<const EnergyReading*> all;
  for (const MeasuredName& name : energies()) {
    for (const EnergyReading* const reading : readings_of(name, usage, options_.measured)) {
      if (std::find(all.begin(), all.end(), reading) == all.end()) {
        all.push_back(reading);
      }
    }
  }
  return all;
}

std::string Objective::source_of(const Usage& usage) const {
  std::string source;
  for (const EnergyReading* const reading : readings(usage)) {
    const bool measured =
        reading->label != EnergyLabel::model && reading->label != EnergyLabel::declared;
    if (!scales() || !measured || !(reading->gain > 0) || reading->host_class.empty()) {
      return "";  // a model errs by what it has not thought of, which is another thing each time
    }
    absl::StrAppend(&source, reading->host_class, "\n");
    for (const std::string& sensor : reading->sensors) {
      absl::StrAppend(&source, sensor, "\n");
    }
  }
  return source;
}

/// Requires: value_of() has one.
Bounded Objective::bounded_of(const std::string& name, const Metrics& metrics, const Usage& usage,
                              BoundKind kind) const {
  if (const auto measured = measured_name(name)) {
    return measured_bounds(*measured, usage, options_.measured, kind).value();
  }
  const double value = *find(metrics, name);
  return {value, value, value};
}

/// The one score of a metric at a cost, which may be 0 as a bound.
double Objective::even_at(double metric, double cost, const EfficiencyOptions& how) const {
  if (cost > 0) {
    return even(efficiency(metric, cost, how));
  }
  if (inverted()) {
    return efficiency(metric, 1, how) < 0 ? 0 : kInfinity;
  }
  return efficiency(metric, std::numeric_limits<double>::min(), how);
}

/// On even scales. `scores`: what they are bounds of.
std::vector<Bounded> Objective::bounds(const std::vector<double>& scores, const Metrics& metrics,
                                       const Usage& usage, BoundKind kind) const {
  std::vector<Bounded> all;
  if (const auto* const per = std::get_if<MetricPerCost>(&options_.form)) {
    const Bounded metric = bounded_of(options_.names.front(), metrics, usage, kind);
    const Bounded cost = bounded_of(per->cost, metrics, usage, kind);
    const double value = even(scores.front());
    Bounded whole{value, value, value};
    for (const double m : {metric.lower, metric.upper}) {
      for (const double c : {cost.lower, cost.upper}) {
        const double corner = even_at(m, c, per->how);
        whole.lower = std::min(whole.lower, corner);
        whole.upper = std::max(whole.upper, corner);
      }
    }
    all.push_back(unbounded(metric) || unbounded(cost) ? unknown(value) : whole);
  } else if (const auto* const to = std::get_if<CostToTarget>(&options_.form)) {
    const Bounded energy = to->eta > 0 ? bounded_of("joules", metrics, usage, kind) : Bounded{};
    const auto cost = [&](double joules) {
      return zeus_cost(Joules{joules}, usage.wall, to->eta, to->most_power).value;
    };
    all.push_back(unbounded(energy)
                      ? unknown(scores.front())
                      : Bounded{scores.front(), cost(energy.lower), cost(energy.upper)});
  } else {
    for (std::size_t i = 0; i < options_.names.size(); ++i) {
      const Bounded value = bounded_of(options_.names[i], metrics, usage, kind);
      all.push_back(i < options_.maximized
                        ? Bounded{scores[i], 0.0 - value.upper, 0.0 - value.lower}
                        : Bounded{scores[i], value.lower, value.upper});
    }
  }
  return all;
}

absl::StatusOr<BoundedScores> Objective::bounded(const Metrics& metrics, const Usage& usage) const {
  const auto scores = score(metrics, usage);
  if (!scores.ok()) {
    return scores.status();
  }
  BoundedScores all{.values = bounds(scores->values, metrics, usage, BoundKind::whole),
                    .own = {},
                    .source = source_of(usage),
                    .violation = scores->violation};
  if (!all.source.empty()) {
    all.own = bounds(scores->values, metrics, usage, BoundKind::own);
  }
  return all;
}

}  // namespace evolt
