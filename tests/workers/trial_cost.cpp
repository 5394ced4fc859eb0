// What a trial costs us, beside what the trainer does: prints one line for each mode.
//   workers_trial_cost [TRIALS]        (and, run with `serve`, the server that it measures with)
#include "workers/make_executor.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

int serve() {
  static char line[1 << 16];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::fputs("{\"step\":1,\"loss\":0.5,\"val_accuracy\":0.75}\n{\"done\":true}\n", stdout);
    std::fflush(stdout);
  }
  return 0;
}

double cpu(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Chain final : public evolt::TrialObserver {
 public:
  evolt::Verdict on_measurement(const evolt::TrialId&, std::int32_t,
                                const evolt::Measurement&) override {
    return {};
  }
  void on_outcome(const evolt::TrialId&, std::int32_t, const evolt::Outcome& outcome) override {
    good += outcome.ending == evolt::Ending::finished ? 1 : 0;
    next();
  }
  void on_lost(const evolt::TrialId&, std::int32_t, std::string_view,
               const evolt::Usage&) override {
    next();
  }
  std::function<void()> next;
  long good = 0;
};

void measure(const char* name, evolt::TrialSpec spec, long trials) {
  boost::asio::io_context loop;
  auto executor = evolt::make_executor(loop, spec);
  if (!executor.ok()) {
    std::printf("%s: %s\n", name, executor.status().ToString().c_str());
    return;
  }
  Chain chain;
  long started = 0;
  evolt::Trial trial;
  trial.params = {
      {"lr", 0.001}, {"width", std::int64_t{64}}, {"act", std::string("relu")}, {"drop", 0.25}};
  chain.next = [&] {
    if (started == trials) {
      loop.stop();
      return;
    }
    ++started;
    trial.id = {1, 0, static_cast<std::uint64_t>(started)};
    evolt::Attempt attempt;
    attempt.trial = trial.id;
    if (!(*executor)->start(trial, attempt, chain).ok()) {
      loop.stop();
    }
  };
  const auto begin = std::chrono::steady_clock::now();
  const double before = cpu(RUSAGE_SELF);
  const double children_before = cpu(RUSAGE_CHILDREN);
  chain.next();
  loop.run();
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double own = cpu(RUSAGE_SELF) - before;
  const double children = cpu(RUSAGE_CHILDREN) - children_before;
  std::printf(
      "%s: %ld trials; each %.1f us wall, %.1f us of our CPU, %.1f us of nanny and trainer\n", name,
      chain.good, 1e6 * wall / double(trials), 1e6 * own / double(trials),
      1e6 * children / double(trials));
}

void measure_spawn(long trials) {
  const auto begin = std::chrono::steady_clock::now();
  const double children_before = cpu(RUSAGE_CHILDREN);
  for (long i = 0; i < trials; ++i) {
    char name[] = "/bin/true";
    char* argv[] = {name, nullptr};
    pid_t pid = 0;
    if (::posix_spawn(&pid, name, nullptr, nullptr, argv, environ) == 0) {
      ::waitpid(pid, nullptr, 0);
    }
  }
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double children = cpu(RUSAGE_CHILDREN) - children_before;
  std::printf("posix_spawn and wait: each %.1f us wall, %.1f us of the child\n",
              1e6 * wall / double(trials), 1e6 * children / double(trials));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "1000";
  if (first == "serve") {
    return serve();
  }
  const long trials = std::atol(first.c_str());
  const std::string dir =
      std::filesystem::temp_directory_path() / ("evolt-cost-" + std::to_string(::getpid()));
  evolt::TrialSpec spec;
  spec.study_dir = dir;
  spec.slots = 1;
  spec.command = {"/bin/true"};
  measure_spawn(trials);
  measure("process", spec, trials);
  spec.mode = evolt::StartMode::server;
  spec.command = {std::filesystem::read_symlink("/proc/self/exe").string(), "serve"};
  measure("server", spec, 50 * trials);
  std::filesystem::remove_all(dir);
  return 0;
}
