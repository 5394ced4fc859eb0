// What it costs to keep a study's facts: the loop's share, the whole with the writer's thread, and
// the fold that follows them.
#include "service/report/ledger.hpp"
#include "service/storage/sqlite_study.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <thread>

namespace {

using namespace evolt;

constexpr std::int64_t kSteps = 10;

/// A trial of seven parameters: bred, leased, ten measurements of three metrics, finished.
std::vector<Event> trial(std::uint64_t counter) {
  const TrialId id{1, 0, counter};
  const double x = 1.0 / static_cast<double>(counter + 1);
  std::vector<Event> events;
  Trial bred{.id = id,
             .genome = {{x, x, x, x, x, x, x}},
             .params = {{"lr", x},
                        {"width", static_cast<std::int64_t>(counter % 512)},
                        {"depth", std::int64_t{3}},
                        {"dropout", 0.5 * x},
                        {"optimizer", std::string("adam")},
                        {"beta", 0.9},
                        {"batch", std::int64_t{64}}},
             .lineage = {"blend", {{1, 0, counter / 2}, {1, 0, counter / 3}}},
             .fidelity = {"epoch", kSteps}};
  events.push_back({{1.7e9 + x}, Bred{std::move(bred)}});
  events.push_back({{1.7e9 + x}, Leased{Attempt{.trial = id}}});
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    const double y = x * static_cast<double>(step);
    events.push_back(
        {{1.7e9 + x},
         Measured{id, 1,
                  Measurement{
                      .step = step,
                      .metrics = {{"train_loss", y}, {"val_loss", y + 1}, {"val_accuracy", 1 - y}},
                      .elapsed = {y}}}});
  }
  Outcome outcome{.metrics = {{"train_loss", x}, {"val_loss", x}, {"val_accuracy", 1 - x}},
                  .steps = kSteps};
  events.push_back({{1.7e9 + x}, Finished{id, 1, std::move(outcome), {x - 1}}});
  return events;
}

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "evolt-bench-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) == nullptr ? "." : name;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// As fast as the disk allows: rows per second, and CPU of both threads for an event.
void append_and_flush(benchmark::State& state) {
  const Directory directory;
  auto storage = open_study(directory.path());
  if (!storage.ok() || !(*storage)->begin("{}").ok()) {
    state.SkipWithError("no storage");
    return;
  }
  std::uint64_t counter = 0;
  std::int64_t events = 0;
  const double before = cpu_seconds();
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) {
      std::vector<Event> batch = trial(++counter);
      events += static_cast<std::int64_t>(batch.size());
      while (!(*storage)->append(std::move(batch)).ok()) {
        (*storage)->flush().IgnoreError();
      }
    }
    (*storage)->flush().IgnoreError();
  }
  state.counters["cpu_us_per_event"] = 1e6 * (cpu_seconds() - before) / static_cast<double>(events);
  state.counters["rows"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  state.SetItemsProcessed(events);
}
BENCHMARK(append_and_flush)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

/// A quiet study: one trial at a time, each alone in its commit. CPU of both threads for a trial.
void paced(benchmark::State& state) {
  const Directory directory;
  auto storage = open_study(directory.path());
  if (!storage.ok() || !(*storage)->begin("{}").ok()) {
    state.SkipWithError("no storage");
    return;
  }
  std::uint64_t counter = 0;
  const double before = cpu_seconds();
  for (auto _ : state) {
    benchmark::DoNotOptimize((*storage)->append(trial(++counter)));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  state.counters["cpu_us_per_trial"] =
      1e6 * (cpu_seconds() - before) / static_cast<double>(counter);
}
BENCHMARK(paced)->Iterations(500)->UseRealTime()->Unit(benchmark::kMillisecond);

/// What the loop's thread pays to hand over one trial of thirteen events.
void append_only(benchmark::State& state) {
  const Directory directory;
  StudyOptions options;
  options.queue_limit = 100'000'000;
  options.snapshot_every = {0};
  auto storage = open_study(directory.path(), options);
  if (!storage.ok() || !(*storage)->begin("{}").ok()) {
    state.SkipWithError("no storage");
    return;
  }
  std::uint64_t counter = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Event> batch = trial(++counter);
    state.ResumeTiming();
    benchmark::DoNotOptimize((*storage)->append(std::move(batch)));
  }
}
BENCHMARK(append_only)->Iterations(20'000);

/// The live fold at rank 0 with so many trials known: one more trial.
void fold(benchmark::State& state) {
  Ledger ledger({{"val_accuracy"}, 1});
  std::uint64_t counter = 0;
  while (counter < static_cast<std::uint64_t>(state.range(0))) {
    for (const Event& event : trial(++counter)) {
      ledger.apply(event);
    }
  }
  std::int64_t events = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<Event> batch = trial(++counter);
    state.ResumeTiming();
    for (const Event& event : batch) {
      ledger.apply(event);
    }
    events += static_cast<std::int64_t>(batch.size());
  }
  state.SetItemsProcessed(events);
}
BENCHMARK(fold)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// Reading a study back, as a resume and every reading command do.
void replay(benchmark::State& state) {
  const Directory directory;
  {
    auto storage = open_study(directory.path());
    if (!storage.ok() || !(*storage)->begin("{}").ok()) {
      state.SkipWithError("no storage");
      return;
    }
    for (std::uint64_t i = 1; i <= 10'000; ++i) {
      while (!(*storage)->append(trial(i)).ok()) {
        (*storage)->flush().IgnoreError();
      }
    }
    (*storage)->close().IgnoreError();
  }
  std::int64_t events = 0;
  for (auto _ : state) {
    Ledger ledger({{"val_accuracy"}, 1});
    const auto reader = read_study_file(directory.path());
    const absl::Status status = (*reader)->replay([&](const StoredEvent& stored) {
      ledger.apply(stored.event);
      ++events;
      return absl::OkStatus();
    });
    if (!status.ok()) {
      state.SkipWithError("damaged");
    }
  }
  state.SetItemsProcessed(events);
}
BENCHMARK(replay)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
