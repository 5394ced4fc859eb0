#pragma once

#include "workers/energy/meter/host_meter.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {

/// What the processes of a host say to its reader, and hear, one JSON object a line. Both ends are
/// one build of evolt: the first line says which version it speaks. See docs/energy-accounting.md.
inline constexpr int kMeterWireVersion = 2;

/// A line of a client: {"open": ...}, {"phase": ...}, {"done": ...}, {"close": ...}, {"look": ...}.
/// Its window ids are the client's own.
std::string edge_line(const WindowEdge& edge);
/// nullopt: it is no such line. `end` of a close is left empty.
std::optional<WindowEdge> read_edge_line(std::string_view line);

/// What the reader says: a window was closed, what is known of windows so far, or, to who asked for
/// a look, of the whole host.
struct ClosedNews {
  WindowId id = 0;
  WindowReport report;
};
struct FiguresNews {
  std::vector<std::pair<WindowId, WindowFigure>> figures;
};
using MeterNews = std::variant<ClosedNews, FiguresNews, HostView>;

std::string news_line(const MeterNews& news);
std::optional<MeterNews> read_news_line(std::string_view line);

/// `{"evolt_energy": VERSION}`: the first line, both ways.
std::string hello_line();
bool is_hello(std::string_view line);

}  // namespace evolt
