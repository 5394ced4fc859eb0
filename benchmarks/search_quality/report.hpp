#pragma once

#include "benchmarks/search_quality/peers.hpp"
#include "benchmarks/search_quality/score.hpp"

#include <string>
#include <utility>
#include <vector>

namespace evolt {

struct ReportOptions {
  std::vector<std::string> methods;  ///< with what each problem adds
  std::vector<std::string> others;   ///< beside them, by their scores alone
  std::vector<std::pair<std::string, std::string>> comparisons;  ///< in full
  std::vector<std::string> rivals;  ///< each method is compared with each of them, in one line
  PeerScores peer_scores;           ///< shown below, without a rank
  bool brief = false;               ///< scores alone: no intervals, no problems, one line each
};

/// The tables that people read: for each suite, group and number of slots the score of each method
/// at each checkpoint with its interval and its mean rank, then the comparisons; at the end all of
/// them again, one line for each table.
std::string text_report(const std::vector<Cell>& cells, const ReportOptions& options);

}  // namespace evolt
