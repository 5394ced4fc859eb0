// What a trial costs us from end to end, durable record included: a whole study in `server` mode
// and one in `process` mode, with a trainer that does next to nothing (this program itself). `ours`
// is the CPU time of evolt and its nannies a trial; for processes, less that of starting the same
// trainer bare.
#include "islands/loopback.hpp"
#include "service/run/run_study.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace evolt;

std::string self() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

int train() {
  std::puts("{\"step\":1,\"loss\":0.5}");
  return 0;
}

/// Answers each order with one report and its end; says at the end what it cost.
int serve() {
  static char line[1 << 16];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::fputs("{\"step\":1,\"loss\":0.5}\n{\"done\":true}\n", stdout);
    std::fflush(stdout);
  }
  return 0;
}

double cpu(int who) {
  rusage used{};
  getrusage(who, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

Study study_of(const std::string& mode, std::int64_t trials) {
  return parse_study(
      "[study]\nname = \"bench\"\n[budget]\ntrials = " + std::to_string(trials) +
          "\n[trial]\nmode = \"" + mode + "\"\nsteps = 1\ncommand = [\"" + self() + "\", \"" +
          (mode == "server" ? "serve" : "train") +
          "\"]\n[objective]\nminimize = \"loss\"\n[stopper]\nkind = \"none\"\n[param]\n"
          "x = { type = \"float\", low = 0, high = 1 }\n"
          "y = { type = \"float\", low = 1e-5, high = 1, scale = \"log\" }\n",
      "bench.toml");
}

/// CPU seconds of starting the trainer and waiting for it, without evolt.
double bare_start(int times) {
  const std::string program = self();
  std::string argument = "train";
  const double before = cpu(RUSAGE_SELF) + cpu(RUSAGE_CHILDREN);
  for (int i = 0; i < times; ++i) {
    std::string name = program;
    char* argv[] = {name.data(), argument.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
    pid_t child = 0;
    posix_spawn(&child, program.c_str(), &actions, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    waitpid(child, nullptr, 0);
  }
  return (cpu(RUSAGE_SELF) + cpu(RUSAGE_CHILDREN) - before) / times;
}

/// Where all studies of this program are. It is removed at the end: ext4 looks for room past every
/// inode that was freed in the last seconds, which would be measured as ours.
std::filesystem::path studies() {
  return std::filesystem::temp_directory_path() / ("evolt-bench-" + std::to_string(getpid()));
}

void run(benchmark::State& state, const std::string& mode, std::int64_t trials) {
  static int runs = 0;
  double ours = 0;
  for (auto _ : state) {
    const std::string directory = (studies() / std::to_string(++runs)).string();
    LoopbackNetwork alone(1);
    const double before = cpu(RUSAGE_SELF);
    const double children = cpu(RUSAGE_CHILDREN);
    const RunResult result = run_study(
        alone.endpoint(RankId{0}), [&] { return study_of(mode, trials); },
        RunOptions{.directory = directory, .slots = 1, .errors = nullptr});
    if (result.code != ExitCode::complete || result.ledger->counts().finished != trials) {
      state.SkipWithError(("the study ended otherwise: " + result.message).c_str());
      return;
    }
    ours = cpu(RUSAGE_SELF) - before;
    if (mode == "process") {
      ours += cpu(RUSAGE_CHILDREN) - children;
    }
    ours /= static_cast<double>(trials);
  }
  const double bare = mode == "process" ? bare_start(100) : 0;
  state.counters["ours_us"] = 1e6 * (ours - bare);
  state.counters["bare_start_us"] = 1e6 * bare;
  state.counters["trials_per_s"] = benchmark::Counter(
      static_cast<double>(trials), benchmark::Counter::kIsIterationInvariantRate);
}

void server(benchmark::State& state) {
  run(state, "server", 20'000);
}
void process(benchmark::State& state) {
  run(state, "process", 300);
}
BENCHMARK(server)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(5);
BENCHMARK(process)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(5);

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "serve") == 0) {
    return serve();
  }
  if (argc == 2 && std::strcmp(argv[1], "train") == 0) {
    return train();
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  std::filesystem::remove_all(studies());
  return 0;
}
