#pragma once

#include "benchmarks/search_quality/campaign.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace evolt {

/// Other searches on the same protocol, as recorded rows.
struct Peers {
  /// On the very functions of suites C, D and DH: they pair with ours seed by seed.
  std::vector<Run> paired;
  /// On COCO's own instances (suites A and B): normalised by their own random search, not paired.
  std::vector<Run> apart;
  Yardsticks apart_random;

  /// Every peer once, by name.
  std::vector<std::string> names() const;
};

/// Reads `peer_rows.csv.gz` in a directory: suite, problem, peer, workers, seed, evals, value;
/// value is a distance (A, B), an error (C) or a front as `a b;a b;...` (D, DH). Rows of other
/// problems are left out, and so are those of A or B on a problem for which there is no random
/// search. Requires: `problems` outlives the result. Errors: std::runtime_error naming the file.
Peers read_peers(const std::string& directory, const std::vector<Problem>& problems);

/// Scores that peers have reached on this protocol, for readers without their rows:
/// suite, group, workers and checkpoint, then method.
using PeerScores =
    std::map<std::tuple<std::string, std::string, int, std::string>, std::map<std::string, double>>;

/// Reads `peer_scores.csv` in the directory benchmarks/data (its README says where they come from).
/// Errors: std::runtime_error naming the file.
PeerScores read_peer_scores(const std::string& data);

}  // namespace evolt
