#pragma once

#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// Something of which a study has one, and that can be too slow for it.
struct Load {
  std::string what;
  double share = 0;  ///< of the time in which it was busy
  double most = 0;   ///< results per second at which it would always be; 0: it did nothing
};

/// What a simulated study came to. Times are virtual; the body of a study is from its start until
/// its last trial was bred, its tail the rest.
struct SimulationReport {
  std::int32_t ranks = 0;
  std::int32_t islands = 0;
  std::int64_t results = 0;  ///< recorded by rank 0, each once
  std::int64_t bred = 0;     ///< likewise
  bool whole = false;        ///< ended by itself, no message missing, the budget exact
  Seconds body;
  Seconds end;
  double efficiency = 0;        ///< busy time of the slots in the body, over all there was
  double efficiency_whole = 0;  ///< the tail included
  double rate = 0;              ///< trials that the slots got through in the body, per second

  /// Sent, passed on and received, per result that the rank has to do with: those of its islands,
  /// or of all where it learns from all; rank 0 records all. Without signs of life, which come by
  /// time.
  double messages_mean = 0;
  double messages_recorder = 0;  ///< of rank 0
  double messages_most = 0;      ///< of the busiest other rank
  double frames = 0;             ///< per result, over all ranks
  double bytes = 0;              ///< likewise

  Seconds staleness;  ///< mean, from a result's end until another rank has it
  Seconds staleness_p99;
  std::vector<Load> loads;  ///< the fullest first
  Seconds written_late;     ///< the most that the writer was behind

  std::optional<Seconds> reached;  ///< when a result first was as good as the target
  double best = 0;
};

/// As a table's row; its head.
std::string row_of(const SimulationReport& report);
std::string head_of_rows();

/// As one JSON object.
std::string json_of(const SimulationReport& report);

}  // namespace evolt
