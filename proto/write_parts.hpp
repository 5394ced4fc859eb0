#pragma once

#include "core/event.hpp"
#include "proto/enums.hpp"

#include <cassert>
#include <cstddef>
#include <evolt/v1/message.pb.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What the sources of write() share. Every struct is taken apart by a structured binding: a new
// member does not compile there until it has its place on the wire.

namespace evolt::detail {

template <typename Ours, typename Wire, std::size_t N>
Wire coded(const std::pair<Ours, Wire> (&table)[N], Ours value) {
  for (const auto& [ours, wire] : table) {
    if (ours == value) {
      return wire;
    }
  }
  assert(false && "an enumerator without a row in proto/enums.hpp");
  return Wire{};
}

void write(const TrialId& id, v1::TrialId& wire);
void write(const Metrics& metrics, google::protobuf::RepeatedPtrField<v1::Metric>& wire);
void write(const std::vector<std::string>& texts,
           google::protobuf::RepeatedPtrField<std::string>& wire);
void write(const std::vector<double>& numbers, google::protobuf::RepeatedField<double>& wire);
void write(const Params& params, google::protobuf::RepeatedPtrField<v1::Param>& wire);
void write(const EnergyReading& reading, v1::EnergyReading& wire);
void write(const Genome& genome, v1::Genome& wire);
void write(const Lineage& lineage, v1::Lineage& wire);
void write(const Individual& individual, v1::Individual& wire);
void write(const Trial& trial, v1::Trial& wire);
void write(const Attempt& attempt, v1::Attempt& wire);
void write(const Measurement& measurement, v1::Measurement& wire);
void write(const Usage& usage, v1::Usage& wire);
void write(const Outcome& outcome, v1::Outcome& wire);

/// The two fields that a verdict has wherever it is written.
template <typename Wire>
void write_forecast(const std::optional<double>& forecast, const std::optional<double>& spread,
                    Wire& out) {
  if (forecast) {
    out.set_forecast(*forecast);
  }
  if (spread) {
    out.set_spread(*spread);
  }
}

}  // namespace evolt::detail
