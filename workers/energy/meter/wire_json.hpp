#pragma once

#include "workers/energy/meter/host_view.hpp"
#include "workers/energy/meter/window_tally.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace evolt::detail {

/// Values as the lines of meter_wire have them. What reads throws what nlohmann throws.

template <typename T>
void put(nlohmann::json& into, const char* key, const std::optional<T>& value) {
  if (value) {
    into[key] = value->value;
  }
}

std::optional<double> maybe(const nlohmann::json& from, const char* key);

nlohmann::json figure_json(const WindowFigure& figure);
WindowFigure read_figure(const nlohmann::json& json);

nlohmann::json view_json(const HostView& view);
HostView read_view(const nlohmann::json& json);

}  // namespace evolt::detail
