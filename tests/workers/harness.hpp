#pragma once

#include "workers/executor.hpp"
#include "workers/make_executor.hpp"
#include "workers/trial_spec.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt::testing {

namespace fs = std::filesystem;

/// A directory that goes with the test.
class TempDir {
 public:
  TempDir() {
    std::random_device device;
    path_ = fs::temp_directory_path() / ("evolt-workers-" + std::to_string(device()));
    fs::create_directories(path_);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  std::string str() const { return path_.string(); }
  fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline TrialId id_of(std::uint64_t counter) {
  return {1, 0, counter};
}

inline Trial make_trial(std::uint64_t counter, Params params = {}) {
  Trial trial;
  trial.id = id_of(counter);
  trial.params = std::move(params);
  return trial;
}

inline Attempt make_attempt(std::uint64_t counter, std::int32_t slot = 0, std::int32_t number = 1) {
  Attempt attempt;
  attempt.trial = id_of(counter);
  attempt.slot = slot;
  attempt.number = number;
  return attempt;
}

/// Writes down all it hears.
class Witness final : public TrialObserver {
 public:
  struct End {
    TrialId trial;
    std::int32_t attempt = 0;
    std::optional<Outcome> outcome;  // none: lost
    std::string lost;
    Usage usage;
  };

  Verdict on_measurement(const TrialId& trial, std::int32_t,
                         const Measurement& measurement) override {
    measurements.push_back(measurement);
    return judge ? judge(trial, measurement) : Verdict{};
  }
  void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) override {
    ends.push_back({.trial = trial, .attempt = attempt, .outcome = outcome});
    if (then) {
      then(ends.back());
    }
  }
  void on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
               const Usage& usage) override {
    ends.push_back(
        {.trial = trial, .attempt = attempt, .lost = std::string(reason), .usage = usage});
    if (then) {
      then(ends.back());
    }
  }

  void on_not_started(const TrialId&, std::int32_t, std::string_view reason) override {
    not_started.emplace_back(reason);
  }

  /// The one outcome there is.
  const Outcome& outcome() const {
    REQUIRE(ends.size() == 1);
    INFO("lost: " << ends[0].lost);
    REQUIRE(ends[0].outcome);
    return *ends[0].outcome;
  }

  std::function<Verdict(const TrialId&, const Measurement&)> judge;
  std::function<void(const End&)> then;
  std::vector<Measurement> measurements;
  std::vector<End> ends;
  std::vector<std::string> not_started;  ///< why
};

/// Long enough for a machine under any load; what is awaited is an event, never this time.
inline constexpr std::chrono::seconds kPatience{90};

/// A loop, a study directory and a spec to change.
struct Bench {
  Bench() {
    spec.directory = dir.str();
    spec.study_dir = (dir / "study").string();
    spec.slots = 1;
    spec.limits.grace = Seconds{20};
  }

  /// A Python trainer with this text.
  void python(std::string_view text) {
    write(dir / "train.py", text);
    spec.command = {"/usr/bin/python3", "train.py"};
  }

  void shell(std::string_view text) {
    write(dir / "train.sh", text);
    spec.command = {"/bin/sh", "train.sh"};
  }

  void make() {
    auto made = make_executor(loop, spec);
    INFO(made.status());
    REQUIRE(made.ok());
    executor = *std::move(made);
  }

  void start(const Trial& trial, const Attempt& attempt) {
    if (!executor) {
      make();
    }
    const absl::Status status = executor->start(trial, attempt, witness);
    INFO(status);
    REQUIRE(status.ok());
  }

  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    loop.restart();
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      loop.run_one_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  /// Runs one trial to its end.
  const Outcome& run(Params params = {}) {
    start(make_trial(1, std::move(params)), make_attempt(1));
    REQUIRE(run_until([&] { return !witness.ends.empty(); }));
    return witness.outcome();
  }

  fs::path attempt_dir(std::uint64_t counter = 1, int number = 1) const {
    return dir / "study" / "trials" / to_string(id_of(counter)) /
           ("attempt-" + std::to_string(number));
  }

  TempDir dir;
  boost::asio::io_context loop;
  TrialSpec spec;
  Witness witness;
  std::unique_ptr<Executor> executor;
};

/// Whether a process lives; one that has ended but was not waited for does not.
inline bool lives(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(in, text);
  const std::size_t name_end = text.rfind(')');
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] != 'Z' &&
         text[name_end + 2] != 'X';
}

/// The process ids in a file, one a line.
inline std::vector<pid_t> pids_in(const fs::path& path) {
  std::ifstream in(path);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; in >> pid;) {
    pids.push_back(pid);
  }
  return pids;
}

}  // namespace evolt::testing
