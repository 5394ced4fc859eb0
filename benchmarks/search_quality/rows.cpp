#include "benchmarks/search_quality/rows.hpp"

#include "benchmarks/search_quality/text_file.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <utility>

namespace evolt {
namespace {

using nlohmann::ordered_json;

ordered_json scores_to_json(const std::vector<Cell>& cells) {
  ordered_json scores = ordered_json::array();
  for (const Cell& cell : cells) {
    for (const auto& [method, series] : cell.contests.front().methods) {
      const auto figure = score(cell, method);
      const auto interval = bootstrap_interval(cell, method);
      if (figure && interval) {
        scores.push_back({{"suite", cell.suite},
                          {"group", cell.group},
                          {"workers", cell.workers},
                          {"checkpoint", cell.checkpoint.label},
                          {"method", method},
                          {"score", *figure},
                          {"low", interval->low},
                          {"high", interval->high},
                          {"mean_rank", *mean_rank(cell, method)}});
      }
    }
  }
  return scores;
}

ordered_json random_to_json(const std::vector<Run>& runs, const Yardsticks& random) {
  ordered_json rows = ordered_json::array();
  const Problem* last = nullptr;
  for (const Run& run : runs) {
    if (std::exchange(last, run.problem) == run.problem) {
      continue;  // the runs of a problem stand together
    }
    for (std::size_t i = 0; i < run.problem->checkpoints.size(); ++i) {
      if (const std::optional<double> regret = random.at(run.problem)[i]) {
        rows.push_back({{"suite", run.problem->suite},
                        {"problem", run.problem->name},
                        {"evaluations", run.problem->checkpoints[i].evaluations},
                        {"regret", *regret}});
      }
    }
  }
  return rows;
}

}  // namespace

ordered_json rows_to_json(const std::vector<Run>& runs, const Yardsticks& random,
                          const std::vector<Cell>& cells) {
  ordered_json rows = ordered_json::array();
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.regrets.size(); ++i) {
      if (run.regrets[i]) {
        rows.push_back({{"suite", run.problem->suite},
                        {"problem", run.problem->name},
                        {"method", run.method},
                        {"workers", run.workers},
                        {"seed", run.seed},
                        {"evaluations", run.problem->checkpoints[i].evaluations},
                        {"regret", *run.regrets[i]}});
      }
    }
  }
  return {{"scores", scores_to_json(cells)},
          {"random", random_to_json(runs, random)},
          {"rows", std::move(rows)}};
}

std::vector<Run> read_rows(const std::string& path, const std::vector<Problem>& problems,
                           const std::string& prefix) {
  RunCollector collector(problems);
  try {
    const auto json = nlohmann::json::parse(read_text_file(path));
    for (const auto& row : json.at("rows")) {
      if (const Problem* const problem = collector.find(row.at("suite"), row.at("problem"))) {
        collector.add(*problem, prefix + row.at("method").get<std::string>(), row.at("workers"),
                      row.at("seed"), row.at("evaluations"), row.at("regret"));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
  return std::move(collector).take();
}

RunCollector::RunCollector(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    problems_[{problem.suite, problem.name}] = &problem;
  }
}

const Problem* RunCollector::find(const std::string& suite, const std::string& name) const {
  const auto at = problems_.find({suite, name});
  return at == problems_.end() ? nullptr : at->second;
}

void RunCollector::add(const Problem& problem, const std::string& method, int workers,
                       std::uint64_t seed, std::int64_t evaluations, double regret) {
  for (std::size_t i = 0; i < problem.checkpoints.size(); ++i) {
    if (problem.checkpoints[i].evaluations != evaluations) {
      continue;
    }
    const auto [at, fresh] = index_.try_emplace({&problem, method, workers, seed}, runs_.size());
    if (fresh) {
      runs_.push_back({&problem, method, workers, seed, {}});
      runs_.back().regrets.resize(problem.checkpoints.size());
    }
    runs_[at->second].regrets[i] = regret;
  }
}

std::vector<Run> RunCollector::take() && {
  return std::move(runs_);
}

}  // namespace evolt
