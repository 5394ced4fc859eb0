#pragma once

#include "benchmarks/stopping/curve_table.hpp"
#include "benchmarks/stopping/replay.hpp"

#include <string>
#include <vector>

namespace evolt {

/// Tables that count as one.
struct TableGroup {
  std::string name;
  std::vector<CurveTable> tables;
};

/// What the default rule's constants are worth on tables that had no part in their choice.
struct LeftOut {
  std::string group;
  double first_eta = 0;
  double eta = 0;
  double pace = 0;
  ReplayResult chosen;   ///< with the constants that the other groups choose
  ReplayResult shipped;  ///< with those of the catalogue
  ReplayResult asha;
};

/// For each group: of a grid of constants, those that save the most on the other groups while their
/// mean hit rate there is no lower than ASHA's; with parking.
std::vector<LeftOut> leave_one_out(const std::vector<TableGroup>& groups,
                                   const ReplayOptions& options);

}  // namespace evolt
