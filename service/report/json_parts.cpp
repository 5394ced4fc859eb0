#include "service/report/json_parts.hpp"

#include "core/words.hpp"

#include <cmath>

namespace evolt::detail {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

void put_metrics(Json& into, const Metrics& metrics) {
  Json values = Json::object();
  Json odd = Json::array();
  for (const auto& [name, value] : metrics) {
    values[name] = number(value);
    if (!std::isfinite(value)) {
      odd.push_back(name);
    }
  }
  into["metrics"] = std::move(values);
  if (!odd.empty()) {
    into["non_finite"] = std::move(odd);
  }
}

namespace {

Json energy_json(const EnergyReading& energy) {
  Json json = {{"joules", number(energy.joules.value)},   {"lower", number(energy.lower.value)},
               {"upper", number(energy.upper.value)},     {"label", word(energy.label)},
               {"coverage", number(energy.coverage)},     {"sensors", energy.sensors},
               {"sigma_rel", number(energy.sigma_rel)},   {"gain", number(energy.gain)},
               {"gap_seconds", number(energy.gap.value)}, {"scope", energy.scope}};
  if (!energy.attribution.empty()) {
    json["attribution"] = energy.attribution;
  }
  if (energy.idle) {
    json["idle"] = word(*energy.idle);
  }
  if (!energy.host_class.empty()) {
    json["host_class"] = energy.host_class;
  }
  if (energy.power_limit) {
    json["power_limit_watts"] = number(energy.power_limit->value);
  }
  return json;
}

void put_energy(Json& into, const std::optional<EnergyReading>& energy,
                const std::string& unmeasured) {
  if (energy) {
    into["energy"] = energy_json(*energy);
  } else if (!unmeasured.empty()) {
    into["unmeasured"] = unmeasured;
  }
}

}  // namespace

Json usage_json(const Usage& usage) {
  Json json = {{"seconds", number(usage.wall.value)}};
  if (usage.startup) {
    json["startup_seconds"] = number(usage.startup->value);
  }
  if (usage.cpu) {
    json["cpu_seconds"] = number(usage.cpu->value);
  }
  if (usage.max_rss) {
    json["max_rss"] = *usage.max_rss;
  }
  put_energy(json, usage.energy, usage.unmeasured);
  if (usage.gpu_power_limit) {
    json["gpu_power_limit"] = number(usage.gpu_power_limit->value);
  }
  if (usage.cpu_power_limit) {
    json["cpu_power_limit"] = number(usage.cpu_power_limit->value);
  }
  for (const PhaseUse& phase : usage.phases) {
    Json one = {{"phase", phase.name}, {"seconds", number(phase.time.value)}};
    if (phase.items > 0) {
      one["items"] = phase.items;
    }
    put_energy(one, phase.energy, phase.unmeasured);
    json["phases"].push_back(std::move(one));
  }
  return json;
}

Json usage_json(const UsageTotals& totals) {
  const std::optional<Joules> joules = totals.joules();
  return {{"attempts", totals.attempts()},
          {"seconds", number(totals.wall().value)},
          {"startup_seconds", number(totals.startup().value)},
          {"cpu_seconds", number(totals.cpu().value)},
          {"joules", joules ? number(joules->value) : Json(nullptr)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace evolt::detail
