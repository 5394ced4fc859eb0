#include "workers/energy/meter/meter_wire.hpp"

#include "workers/energy/meter/wire_json.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace evolt {
namespace {

using Json = nlohmann::json;
using detail::figure_json;
using detail::maybe;
using detail::put;
using detail::read_figure;

Json report_json(const WindowReport& report) {
  Json phases = Json::array();
  for (const PhaseFigure& phase : report.phases) {
    phases.push_back({{"phase", phase.phase},
                      {"time", phase.time.value},
                      {"items", phase.items},
                      {"figure", figure_json(phase.figure)}});
  }
  return {{"whole", figure_json(report.whole)}, {"phases", phases}};
}

WindowReport read_report(const Json& json) {
  WindowReport report{.whole = read_figure(json.at("whole"))};
  for (const Json& phase : json.at("phases")) {
    report.phases.push_back({.phase = phase.at("phase"),
                             .time = {phase.at("time")},
                             .items = phase.at("items"),
                             .figure = read_figure(phase.at("figure"))});
  }
  return report;
}

constexpr std::array<const char*, 4> kKinds = {"open", "mark", "close", "look"};

/// A name that a stranger's program gave may be no UTF-8.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// `read` may throw what nlohmann throws; a line that does not fit is no line.
template <typename Read>
auto guarded(std::string_view line, Read read) -> decltype(read(Json())) {
  try {
    const Json json = Json::parse(line, nullptr, false);
    return json.is_object() ? read(json) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string edge_line(const WindowEdge& edge) {
  Json json = {{"id", edge.id}, {"asked", edge.asked.value}};
  switch (edge.kind) {
    case WindowEdge::Kind::open: {
      const auto& [process, share, name, tree_only] = edge.target;
      const auto& [cores, devices, limit] = share;
      json["process"] = process;
      json["name"] = name;
      json["tree_only"] = tree_only;
      json["cores"] = cores;
      json["devices"] = Json::array();
      for (const WindowShare::Device& device : devices) {
        json["devices"].push_back({{"uuid", device.uuid}, {"share", device.share}});
      }
      put(json, "power_limit", limit);
      break;
    }
    case WindowEdge::Kind::mark:
      json["phase"] = edge.phase;
      json["items"] = edge.items;
      break;
    case WindowEdge::Kind::close:
      put(json, "cpu", edge.cpu);
      break;
    case WindowEdge::Kind::look:
      break;
  }
  return line_of({{kKinds[static_cast<std::size_t>(edge.kind)], json}});
}

std::optional<WindowEdge> read_edge_line(std::string_view line) {
  return guarded(line, [](const Json& whole) -> std::optional<WindowEdge> {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      const auto found = whole.find(kKinds[kind]);
      if (found == whole.end()) {
        continue;
      }
      const Json& json = *found;
      WindowEdge edge{.kind = static_cast<WindowEdge::Kind>(kind),
                      .id = json.at("id"),
                      .asked = {json.at("asked")}};
      switch (edge.kind) {
        case WindowEdge::Kind::open:
          edge.target = {.process = json.at("process"),
                         .share = {.cores = json.at("cores")},
                         .name = json.at("name"),
                         .tree_only = json.at("tree_only")};
          for (const Json& device : json.at("devices")) {
            edge.target.share.devices.push_back({device.at("uuid"), device.at("share")});
          }
          if (const auto limit = maybe(json, "power_limit")) {
            edge.target.share.power_limit = Watts{*limit};
          }
          break;
        case WindowEdge::Kind::mark:
          edge.phase = json.at("phase");
          edge.items = json.at("items");
          break;
        case WindowEdge::Kind::close:
          if (const auto cpu = maybe(json, "cpu")) {
            edge.cpu = Seconds{*cpu};
          }
          break;
        case WindowEdge::Kind::look:
          break;
      }
      return edge;
    }
    return std::nullopt;
  });
}

std::string news_line(const MeterNews& news) {
  if (const auto* closed = std::get_if<ClosedNews>(&news)) {
    return line_of({{"closed", {{"id", closed->id}, {"report", report_json(closed->report)}}}});
  }
  if (const auto* view = std::get_if<HostView>(&news)) {
    return line_of({{"host", detail::view_json(*view)}});
  }
  Json all = Json::array();
  for (const auto& [id, figure] : std::get<FiguresNews>(news).figures) {
    all.push_back({{"id", id}, {"figure", figure_json(figure)}});
  }
  return line_of({{"figures", all}});
}

std::optional<MeterNews> read_news_line(std::string_view line) {
  return guarded(line, [](const Json& json) -> std::optional<MeterNews> {
    if (const auto closed = json.find("closed"); closed != json.end()) {
      return ClosedNews{closed->at("id"), read_report(closed->at("report"))};
    }
    if (const auto host = json.find("host"); host != json.end()) {
      return detail::read_view(*host);
    }
    FiguresNews news;
    for (const Json& one : json.at("figures")) {
      news.figures.emplace_back(one.at("id").get<WindowId>(), read_figure(one.at("figure")));
    }
    return news;
  });
}

std::string hello_line() {
  return line_of({{"evolt_energy", kMeterWireVersion}});
}

bool is_hello(std::string_view line) {
  return std::string_view(hello_line()).substr(0, line.size()) == line &&
         line.size() + 1 >= hello_line().size();
}

}  // namespace evolt
