#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

// What the stub libraries pretend: read anew from the file that EVOLT_STUB_GPUS names whenever it
// has changed. docs: README.md in this folder.
namespace evolt::stub {

struct Slice {
  std::string uuid;
  unsigned compute = 0;
};

struct Gpu {
  std::map<std::string, std::string> values;     // by key
  std::vector<std::pair<double, double>> power;  // from second, watts
  std::vector<Slice> slices;
  std::map<std::string, int> errors;                     // by call
  std::vector<std::pair<unsigned, unsigned>> processes;  // pid, percent

  double number(const std::string& key, double otherwise) const;
  std::string text(const std::string& key, const std::string& otherwise) const;
  bool has(const std::string& key) const { return values.count(key) != 0; }
};

struct State {
  std::map<std::string, int> errors;  // by call, of every GPU
  std::map<std::string, int> hangs;   // milliseconds
  double zero = 0;                    // CLOCK_MONOTONIC at which the curves begin
  std::string log;                    // where limits are written to, and read from
  std::vector<Gpu> gpus;
};

/// The state as the file has it now.
State state();

/// Waits where this call hangs, then says what it answers: 0, or a code of the state's, of all GPUs
/// or of one. `gpu` below 0: no GPU's.
int begin(const State& state, const char* call, int gpu);

/// Seconds since the curves began.
double elapsed(const State& state);

/// Watts at a moment.
double power_at(const Gpu& gpu, double time);

/// Joules from the beginning to the last step of the counter; 0 again since `reset_at`; standing
/// still since `frozen_at`.
double energy(const Gpu& gpu, double time);

/// The limit as the log has it last, else `limit`.
double limit_of(const State& state, const Gpu& gpu);

/// Writes `UUID WATTS PID` to the log.
void log_limit(const State& state, const Gpu& gpu, double watts);

}  // namespace evolt::stub
