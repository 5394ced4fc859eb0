#include "benchmarks/search_quality/peers.hpp"

#include "benchmarks/search_quality/hypervolume.hpp"
#include "benchmarks/search_quality/rows.hpp"
#include "benchmarks/search_quality/statistics.hpp"
#include "benchmarks/search_quality/text_file.hpp"

#include <charconv>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace evolt {
namespace {

constexpr const char* kRandom = "random";

/// The numbers of `a b;a b;...`.
std::vector<double> front_points(std::string_view text) {
  std::vector<double> points;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(" ;");
    const std::string_view number = text.substr(0, end);
    points.push_back(0);
    const auto [last, error] =
        std::from_chars(number.data(), number.data() + number.size(), points.back());
    if (error != std::errc{} || last != number.data() + number.size()) {
      throw std::runtime_error("\"" + std::string(number) + "\" is not a number");
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return points;
}

double regret_of(const Problem& problem, std::string_view value) {
  if (problem.front) {
    return problem.front->hypervolume - hypervolume(front_points(value), problem.front->reference);
  }
  return take_number(value) - problem.best_known;
}

bool on_other_instances(const Problem& problem) {
  return problem.suite == "A" || problem.suite == "B";
}

/// The medians of random search over its seeds; takes the random runs out of `runs`.
Yardsticks take_random(std::vector<Run>& runs) {
  std::map<const Problem*, std::vector<std::vector<double>>> samples;
  for (const Run& run : runs) {
    if (run.method == kRandom) {
      auto& sample = samples[run.problem];
      sample.resize(run.regrets.size());
      for (std::size_t i = 0; i < run.regrets.size(); ++i) {
        if (run.regrets[i]) {
          sample[i].push_back(*run.regrets[i]);
        }
      }
    }
  }
  std::erase_if(runs, [](const Run& run) { return run.method == kRandom; });
  Yardsticks made;
  for (auto& [problem, sample] : samples) {
    for (std::vector<double>& at : sample) {
      made[problem].push_back(at.empty() ? std::nullopt : std::optional(median(std::move(at))));
    }
  }
  return made;
}

}  // namespace

std::vector<std::string> Peers::names() const {
  std::set<std::string> all;
  for (const std::vector<Run>* const runs : {&paired, &apart}) {
    for (const Run& run : *runs) {
      all.insert(run.method);
    }
  }
  return {all.begin(), all.end()};
}

Peers read_peers(const std::string& directory, const std::vector<Problem>& problems) {
  const std::string path = directory + "/peer_rows.csv.gz";
  const std::string text = read_text_file(path);
  RunCollector paired(problems);
  RunCollector apart(problems);
  for (std::string_view row :
       rows_below(text, "suite,problem,peer,workers,seed,evals,value", path)) {
    const std::string suite(take_field(row));
    const std::string name(take_field(row));
    const std::string peer(take_field(row));
    const auto workers = static_cast<int>(take_number(row));
    const auto seed = static_cast<std::uint64_t>(take_number(row));
    const auto evaluations = static_cast<std::int64_t>(take_number(row));
    if (const Problem* const problem = paired.find(suite, name)) {
      (on_other_instances(*problem) ? apart : paired)
          .add(*problem, peer, workers, seed, evaluations, regret_of(*problem, row));
    }
  }
  Peers peers{.paired = std::move(paired).take(), .apart = std::move(apart).take()};
  take_random(peers.paired);
  peers.apart_random = take_random(peers.apart);
  std::erase_if(peers.apart,
                [&](const Run& run) { return !peers.apart_random.contains(run.problem); });
  return peers;
}

PeerScores read_peer_scores(const std::string& data) {
  const std::string path = data + "/peer_scores.csv";
  const std::string text = read_text_file(path);
  PeerScores scores;
  for (std::string_view row :
       rows_below(text, "suite,group,workers,checkpoint,method,score", path)) {
    const std::string suite(take_field(row));
    const std::string group(take_field(row));
    const auto workers = static_cast<int>(take_number(row));
    const std::string checkpoint(take_field(row));
    const std::string method(take_field(row));
    scores[{suite, group, workers, checkpoint}][method] = take_number(row);
  }
  return scores;
}

}  // namespace evolt
