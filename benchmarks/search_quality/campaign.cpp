#include "benchmarks/search_quality/campaign.hpp"

#include "benchmarks/search_quality/statistics.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace evolt {
namespace {

constexpr std::uint64_t kYardstickSeeds = 45;  // a multiple of the three instances of suite A

std::vector<int> slots_for(const Problem& problem, const std::vector<int>& asked) {
  return asked.empty() ? problem.workers : asked;
}

}  // namespace

void for_each_index(std::size_t count, unsigned jobs,
                    const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex failed;  // guards failure
  std::exception_ptr failure;
  const auto labour = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(failed);
        failure = failure ? failure : std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned job = 1; job < jobs; ++job) {
      threads.emplace_back(labour);
    }
    labour();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

std::vector<Run> run_campaign(const std::vector<Problem>& problems,
                              const CampaignOptions& options) {
  struct Task {
    Run run;
    const Searcher* searcher;
  };
  std::vector<Task> tasks;
  for (const Problem& problem : problems) {
    for (const int workers : slots_for(problem, options.workers)) {
      for (const Searcher& searcher : options.searchers) {
        for (std::uint64_t seed = 0; seed < options.seeds; ++seed) {
          tasks.push_back(
              {{&problem, searcher.propagator, workers, options.first_seed + seed, {}}, &searcher});
        }
      }
    }
  }
  for_each_index(tasks.size(), options.jobs, [&](std::size_t i) {
    Run& run = tasks[i].run;
    const Results results = run_search(*run.problem, *tasks[i].searcher,
                                       {.workers = run.workers,
                                        .seed = run.seed,
                                        .evaluations = run.problem->checkpoints.back().evaluations,
                                        .noise = options.noise});
    const std::vector<double> reached = regrets(*run.problem, results);
    run.regrets.assign(reached.begin(), reached.end());
    run.search_seconds = results.search_seconds;
  });
  std::vector<Run> runs;
  for (Task& task : tasks) {
    runs.push_back(std::move(task.run));
  }
  return runs;
}

Yardsticks yardsticks(const std::vector<Problem>& problems, double noise, unsigned jobs) {
  std::vector<std::vector<std::vector<double>>> reached(problems.size());
  for (auto& of_problem : reached) {
    of_problem.resize(kYardstickSeeds);
  }
  for_each_index(problems.size() * kYardstickSeeds, jobs, [&](std::size_t i) {
    const Problem& problem = problems[i / kYardstickSeeds];
    const std::uint64_t seed = i % kYardstickSeeds;
    reached[i / kYardstickSeeds][seed] = regrets(
        problem, run_uniform(problem, {.seed = seed,
                                       .evaluations = problem.checkpoints.back().evaluations,
                                       .noise = noise}));
  });
  Yardsticks made;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    for (std::size_t checkpoint = 0; checkpoint < problems[i].checkpoints.size(); ++checkpoint) {
      std::vector<double> sample;
      for (const std::vector<double>& run : reached[i]) {
        sample.push_back(run[checkpoint]);
      }
      made[&problems[i]].push_back(median(std::move(sample)));
    }
  }
  return made;
}

}  // namespace evolt
