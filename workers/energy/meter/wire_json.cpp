#include "workers/energy/meter/wire_json.hpp"

#include <algorithm>

namespace evolt::detail {
namespace {

using Json = nlohmann::json;

EnergyLabel read_label(const Json& json) {
  return static_cast<EnergyLabel>(std::clamp(json.get<int>(), 0, 6));
}

Json energy_json(const EnergyReading& e) {
  const auto& [joules, lower, upper, label, coverage, sensors, sigma_rel, gap, attribution, idle,
               host_class, power_limit, scope, gain] = e;
  Json json = {
      {"joules", joules.value},           {"lower", lower.value}, {"upper", upper.value},
      {"label", static_cast<int>(label)}, {"coverage", coverage}, {"sensors", sensors},
      {"sigma_rel", sigma_rel},           {"gap", gap.value},     {"attribution", attribution},
      {"host_class", host_class},         {"scope", scope},       {"gain", gain}};
  if (idle) {
    json["idle"] = static_cast<int>(*idle);
  }
  put(json, "power_limit", power_limit);
  return json;
}

EnergyReading read_energy(const Json& json) {
  EnergyReading e{.joules = {json.at("joules")},
                  .lower = {json.at("lower")},
                  .upper = {json.at("upper")},
                  .label = read_label(json.at("label")),
                  .coverage = json.at("coverage"),
                  .sensors = json.at("sensors"),
                  .sigma_rel = json.at("sigma_rel"),
                  .gap = {json.at("gap")},
                  .attribution = json.at("attribution"),
                  .host_class = json.at("host_class"),
                  .scope = json.at("scope"),
                  .gain = json.value("gain", 0.0)};
  if (json.contains("idle")) {
    e.idle = static_cast<IdlePolicy>(std::clamp(json.at("idle").get<int>(), 0, 4));
  }
  if (const auto limit = maybe(json, "power_limit")) {
    e.power_limit = Watts{*limit};
  }
  return e;
}

Json by_json(const MeasuredBy& by) {
  Json findings = Json::array();
  for (const auto& [name, readable, used, reason, fix] : by.findings) {
    findings.push_back(
        {{"name", name}, {"readable", readable}, {"used", used}, {"reason", reason}, {"fix", fix}});
  }
  return {{"label", static_cast<int>(by.label)},
          {"sensors", by.sensors},
          {"parts", by.parts},
          {"lacking", by.lacking},
          {"devices", by.devices},
          {"host_step", by.steps.host.value},
          {"device_step", by.steps.devices.value},
          {"node_step", by.steps.node.value},
          {"partial", by.partial},
          {"findings", findings}};
}

MeasuredBy read_by(const Json& json) {
  MeasuredBy by{.label = read_label(json.at("label")),
                .sensors = json.at("sensors"),
                .parts = json.at("parts"),
                .lacking = json.at("lacking"),
                .devices = json.at("devices"),
                .steps = {.host = {json.at("host_step")},
                          .devices = {json.at("device_step")},
                          .node = {json.at("node_step")}},
                .partial = json.at("partial")};
  for (const Json& one : json.at("findings")) {
    by.findings.push_back({.name = one.at("name"),
                           .readable = one.at("readable"),
                           .used = one.at("used"),
                           .reason = one.at("reason"),
                           .fix = one.at("fix")});
  }
  return by;
}

}  // namespace

std::optional<double> maybe(const Json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() ? std::optional(found->get<double>()) : std::nullopt;
}

Json figure_json(const WindowFigure& figure) {
  Json json = {{"time", figure.time.value}, {"most", figure.most.value}};
  if (figure.energy) {
    json["energy"] = energy_json(*figure.energy);
  } else {
    json["missing"] = figure.missing;
  }
  return json;
}

WindowFigure read_figure(const Json& json) {
  WindowFigure figure{.time = {json.at("time")}, .most = {json.at("most")}};
  if (json.contains("energy")) {
    figure.energy = read_energy(json.at("energy"));
  } else {
    figure.missing = json.at("missing");
  }
  return figure;
}

Json view_json(const HostView& view) {
  Json channels = Json::array();
  for (const auto& [name, part, joules, gap, step] : view.channels) {
    channels.push_back({{"name", name},
                        {"part", static_cast<int>(part)},
                        {"joules", joules.value},
                        {"gap", gap.value},
                        {"step", step.value}});
  }
  Json windows = Json::array();
  for (const auto& [id, name, process, figure] : view.windows) {
    windows.push_back(
        {{"id", id}, {"name", name}, {"process", process}, {"figure", figure_json(figure)}});
  }
  return {{"at", view.at.value},
          {"by", by_json(view.by)},
          {"channels", channels},
          {"windows", windows}};
}

HostView read_view(const Json& json) {
  HostView view{.at = {json.at("at")}, .by = read_by(json.at("by"))};
  for (const Json& one : json.at("channels")) {
    view.channels.push_back({.name = one.at("name"),
                             .part = static_cast<EnergyPart>(std::clamp(
                                 one.at("part").get<int>(), 0, static_cast<int>(EnergyPart::node))),
                             .joules = {one.at("joules")},
                             .gap = {one.at("gap")},
                             .step = {one.at("step")}});
  }
  for (const Json& one : json.at("windows")) {
    view.windows.push_back({.id = one.at("id"),
                            .name = one.at("name"),
                            .process = one.at("process"),
                            .figure = read_figure(one.at("figure"))});
  }
  return view;
}

}  // namespace evolt::detail
