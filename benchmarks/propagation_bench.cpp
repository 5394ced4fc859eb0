// One rank of a study with an objective that costs nothing: what the search, its messages and its
// durable record cost a trial. benchmarks/propagation launches it under MPI and sums up its ranks.
// Prints one JSON line: CPU, wall time and memory of this rank, and what it sent. `startup_cpu_s`
// is the part of `cpu_s` that was used before this rank's first trial (the study's directory and
// database, the first of MPI's connections), `closing_cpu_s` what it took to leave MPI.
#include "core/clock.hpp"
#include "service/run/launcher.hpp"
#include "service/run/run_study.hpp"
#include "workers/inproc_executor.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace evolt;

double cpu_seconds(const rusage& used) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

rusage used_so_far() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used;
}

struct Traffic {
  std::int64_t frames = 0;
  std::int64_t bytes = 0;
  double closing_cpu = 0;  ///< seconds
};

/// Counts what is sent by another transport, and what it costs to leave it.
class CountingTransport final : public Transport {
 public:
  CountingTransport(std::unique_ptr<Transport> under, Traffic& traffic)
      : under_(std::move(under)), traffic_(traffic) {}

  RankId self() const override { return under_->self(); }
  std::int32_t ranks() const override { return under_->ranks(); }
  void send(RankId to, std::string bytes) override {
    ++traffic_.frames;
    traffic_.bytes += static_cast<std::int64_t>(bytes.size());
    under_->send(to, std::move(bytes));
  }
  std::vector<Frame> poll() override { return under_->poll(); }
  bool idle() const override { return under_->idle(); }
  void forget(RankId rank) override { under_->forget(rank); }
  void close() override {
    const double before = cpu_seconds(used_so_far());
    under_->close();
    traffic_.closing_cpu = cpu_seconds(used_so_far()) - before;
  }
  [[noreturn]] void abort(int exit_code) override {
    under_->abort(exit_code);
    std::abort();
  }

 private:
  std::unique_ptr<Transport> under_;
  Traffic& traffic_;
};

Study study_of(std::int64_t trials, const std::string& propagator, std::int32_t islands,
               int genes) {
  Study study;
  study.name = "propagation";
  study.budget.trials = trials;
  study.trial.mode = StartMode::inproc;
  study.objective.minimize = {"value"};
  study.stopper.kind = "none";
  study.islands.count = islands;
  study.search.propagator = propagator;
  std::vector<Parameter> parameters;
  for (int i = 0; i < genes; ++i) {
    parameters.push_back({"x" + std::to_string(i), FloatDomain{.low = -5, .high = 5}, {}});
  }
  study.space = SearchSpace(std::move(parameters));
  return study;
}

/// A sphere, so that the search has something to do.
absl::StatusOr<Metrics> evaluate(const Params& params, Reporter& /*reporter*/) {
  double sum = 0;
  for (const auto& [name, value] : params) {
    const double x = std::get<double>(value);
    sum += x * x;
  }
  return Metrics{{"value", sum}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"One rank of a study that costs nothing"};
  std::int64_t trials = 1000;
  std::string propagator = "evolution";
  std::string directory;
  std::int32_t islands = 1;
  int genes = 10;
  double milliseconds = 0;
  app.add_option("--trials", trials, "Of all ranks")->check(CLI::PositiveNumber);
  app.add_option("--propagator", propagator, "An entry of the catalogue");
  app.add_option("--islands", islands)->check(CLI::PositiveNumber);
  app.add_option("--genes", genes)->check(CLI::PositiveNumber);
  app.add_option("--trial-ms", milliseconds, "How long a trial sleeps");
  app.add_option("--dir", directory, "Where the study is kept (in memory otherwise)");
  CLI11_PARSE(app, argc, argv);

  auto transport = open_transport();
  if (!transport.ok()) {
    std::cerr << transport.status() << '\n';
    return EXIT_FAILURE;
  }
  Traffic traffic;
  auto counting = std::make_unique<CountingTransport>(*std::move(transport), traffic);
  const RankId self = counting->self();
  const std::int32_t ranks = counting->ranks();
  const SystemClock clock;
  std::optional<double> first_trial;  // CPU until then
  const rusage before = used_so_far();
  const Seconds began = clock.now();
  const RunResult result = run_study(
      std::move(counting), [&] { return study_of(trials, propagator, islands, genes); },
      RunOptions{.directory = directory,
                 .slots = 1,
                 .keep = !directory.empty(),
                 .make_executor =
                     [&](const ExecutorSite& site) -> absl::StatusOr<std::unique_ptr<Executor>> {
                   return std::make_unique<InprocExecutor>(
                       site.io,
                       [&](const Params& params, Reporter& reporter) {
                         if (milliseconds > 0) {
                           std::this_thread::sleep_for(
                               std::chrono::duration<double, std::milli>(milliseconds));
                         }
                         if (!first_trial) {
                           first_trial = cpu_seconds(used_so_far());
                         }
                         return evaluate(params, reporter);
                       },
                       InprocOptions{.slots = site.slots});
                 }});
  const rusage after = used_so_far();
  if (result.code != ExitCode::complete ||
      (result.ledger != nullptr && result.ledger->counts().finished != trials)) {
    std::cerr << "the study ended otherwise: " << result.message << '\n';
    return EXIT_FAILURE;
  }
  const double started = first_trial.value_or(cpu_seconds(after) - traffic.closing_cpu);
  const nlohmann::ordered_json line = {{"rank", index(self)},
                                       {"ranks", ranks},
                                       {"cpu_s", cpu_seconds(after) - cpu_seconds(before)},
                                       {"startup_cpu_s", started - cpu_seconds(before)},
                                       {"closing_cpu_s", traffic.closing_cpu},
                                       {"wall_s", (clock.now() - began).value},
                                       {"max_rss_kib", after.ru_maxrss},
                                       {"frames", traffic.frames},
                                       {"bytes", traffic.bytes}};
  std::cout << line.dump() + '\n' << std::flush;
  return EXIT_SUCCESS;
}
