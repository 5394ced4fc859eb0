#pragma once

#include "core/ids.hpp"
#include "core/measurement.hpp"
#include "proto/enums.hpp"
#include "proto/read.hpp"

#include <absl/strings/str_cat.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

// What the sources of Reader share.

namespace evolt::detail {

inline TrialId read_id(const v1::TrialId& wire) {
  return {.incarnation = wire.incarnation(), .rank = wire.rank(), .counter = wire.counter()};
}

inline Metrics read_metrics(const google::protobuf::RepeatedPtrField<v1::Metric>& wire) {
  Metrics metrics;
  metrics.reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::Metric& metric : wire) {
    metrics.emplace_back(metric.name(), metric.value());
  }
  return metrics;
}

inline std::vector<std::string> read_texts(
    const google::protobuf::RepeatedPtrField<std::string>& wire) {
  return {wire.begin(), wire.end()};
}

inline std::vector<double> read_numbers(const google::protobuf::RepeatedField<double>& wire) {
  return {wire.begin(), wire.end()};
}

/// The two fields that a verdict has wherever it is written.
template <typename Wire, typename Ours>
void read_forecast(const Wire& wire, Ours& ours) {
  if (wire.has_forecast()) {
    ours.forecast = wire.forecast();
  }
  if (wire.has_spread()) {
    ours.spread = wire.spread();
  }
}

template <typename Ours, typename Wire, std::size_t N>
Ours Reader::decoded(const std::pair<Ours, Wire> (&table)[N], Wire number, const char* field) {
  for (const auto& [ours, wire] : table) {
    if (wire == number) {
      return ours;
    }
  }
  complain(field, absl::StrCat("has no meaning for ", static_cast<int>(number)));
  return Ours{};
}

}  // namespace evolt::detail
