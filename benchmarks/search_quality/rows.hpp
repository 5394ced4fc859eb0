#pragma once

#include "benchmarks/search_quality/campaign.hpp"
#include "benchmarks/search_quality/score.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace evolt {

/// `{"scores": [...], "random": [...], "rows": [...]}`: each figure of the report with its
/// interval, what random search reaches on each problem, and the raw rows `{"suite", "problem",
/// "method", "workers", "seed", "evaluations", "regret"}`.
nlohmann::ordered_json rows_to_json(const std::vector<Run>& runs, const Yardsticks& random,
                                    const std::vector<Cell>& cells);

/// The runs in a file that was written that way, those of other problems and checkpoints left out.
/// Their methods are called `prefix` + the name they had. Requires: `problems` outlives the result.
/// Errors: std::runtime_error naming the file.
std::vector<Run> read_rows(const std::string& path, const std::vector<Problem>& problems,
                           const std::string& prefix);

/// Puts single observations together into runs.
class RunCollector {
 public:
  /// Requires: `problems` outlives the collector and its runs.
  explicit RunCollector(const std::vector<Problem>& problems);

  /// The problem called so; nullptr when it is not among them.
  const Problem* find(const std::string& suite, const std::string& name) const;

  /// Ignored where the problem has no such checkpoint.
  void add(const Problem& problem, const std::string& method, int workers, std::uint64_t seed,
           std::int64_t evaluations, double regret);

  std::vector<Run> take() &&;

 private:
  struct Key {
    const Problem* problem;
    std::string method;
    int workers;
    std::uint64_t seed;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  std::map<std::pair<std::string, std::string>, const Problem*> problems_;
  std::map<Key, std::size_t> index_;
  std::vector<Run> runs_;
};

}  // namespace evolt
