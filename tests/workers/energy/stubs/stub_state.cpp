#include "tests/workers/energy/stubs/stub_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace evolt::stub {
namespace {

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// `FROM:VALUE,FROM:VALUE`
template <typename Number>
std::vector<std::pair<Number, Number>> pairs(const std::string& text) {
  std::vector<std::pair<Number, Number>> found;
  std::istringstream in(text);
  std::string piece;
  while (std::getline(in, piece, ',')) {
    const std::size_t colon = piece.find(':');
    found.emplace_back(static_cast<Number>(std::strtod(piece.c_str(), nullptr)),
                       static_cast<Number>(std::strtod(piece.c_str() + colon + 1, nullptr)));
  }
  return found;
}

void read_gpu(Gpu& gpu, const std::string& key, std::istringstream& rest) {
  std::string value;
  if (key == "error") {
    int code = 0;
    rest >> value >> code;
    gpu.errors[value] = code;
  } else if (key == "mig") {
    Slice slice;
    rest >> slice.uuid >> slice.compute;
    gpu.slices.push_back(slice);
  } else if (key == "power") {
    rest >> value;
    gpu.power = pairs<double>(value);
  } else if (key == "process") {
    rest >> value;
    gpu.processes = pairs<unsigned>(value);
  } else {
    std::getline(rest >> std::ws, value);
    gpu.values[key] = value;
  }
}

void read_line(State& state, const std::string& line) {
  std::istringstream in(line);
  std::string key;
  in >> key;
  if (key == "gpu") {
    std::size_t index = 0;
    in >> index >> key;
    state.gpus.resize(std::max(state.gpus.size(), index + 1));
    read_gpu(state.gpus[index], key, in);
  } else if (key == "error" || key == "hang") {
    std::string call;
    int value = 0;
    in >> call >> value;
    (key == "error" ? state.errors : state.hangs)[call] = value;
  } else if (key == "zero") {
    in >> state.zero;
  } else if (key == "log") {
    in >> state.log;
  }
}

}  // namespace

double Gpu::number(const std::string& key, double otherwise) const {
  const auto found = values.find(key);
  return found == values.end() ? otherwise : std::strtod(found->second.c_str(), nullptr);
}

std::string Gpu::text(const std::string& key, const std::string& otherwise) const {
  const auto found = values.find(key);
  return found == values.end() ? otherwise : found->second;
}

State state() {
  State state;
  const char* const path = std::getenv("EVOLT_STUB_GPUS");
  std::ifstream in(path == nullptr ? "" : path);
  std::string line;
  while (std::getline(in, line)) {
    read_line(state, line);
  }
  return state;
}

int begin(const State& state, const char* call, int gpu) {
  if (const auto hang = state.hangs.find(call); hang != state.hangs.end()) {
    ::usleep(static_cast<unsigned>(hang->second) * 1000);
  }
  if (gpu >= 0) {
    const auto& errors = state.gpus[static_cast<std::size_t>(gpu)].errors;
    for (const char* const name : {call, "all"}) {
      if (const auto error = errors.find(name); error != errors.end()) {
        return error->second;
      }
    }
  }
  const auto error = state.errors.find(call);
  return error == state.errors.end() ? 0 : error->second;
}

double elapsed(const State& state) {
  return now() - state.zero;
}

double power_at(const Gpu& gpu, double time) {
  double watts = 0;
  for (const auto& [from, value] : gpu.power) {
    if (time >= from) {
      watts = value;
    }
  }
  return watts;
}

double energy(const Gpu& gpu, double time) {
  double from = 0;
  if (const double reset = gpu.number("reset_at", 1e300); time >= reset) {
    from = reset;
  }
  time = std::min(time, gpu.number("frozen_at", 1e300));
  if (const double step = gpu.number("step_ms", 20) / 1000; step > 0) {
    time = std::floor(time / step) * step;
  }
  double joules = from > 0 ? 0 : gpu.number("start_joules", 0);
  for (std::size_t i = 0; i < gpu.power.size(); ++i) {
    const double begins = std::max(gpu.power[i].first, from);
    const double ends = i + 1 < gpu.power.size() ? std::min(gpu.power[i + 1].first, time) : time;
    joules += std::max(ends - begins, 0.0) * gpu.power[i].second;
  }
  return joules * gpu.number("scale", 1);
}

double limit_of(const State& state, const Gpu& gpu) {
  double limit = gpu.number("limit", 300);
  std::ifstream in(state.log);
  std::string uuid;
  double watts = 0;
  long pid = 0;
  while (in >> uuid >> watts >> pid) {
    if (uuid == gpu.text("uuid", "")) {
      limit = watts;
    }
  }
  return limit;
}

void log_limit(const State& state, const Gpu& gpu, double watts) {
  char line[160];
  const int length = std::snprintf(line, sizeof line, "%s %.3f %ld\n", gpu.text("uuid", "").c_str(),
                                   watts, static_cast<long>(::getpid()));
  const int fd = ::open(state.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = ::write(fd, line, static_cast<std::size_t>(length));
    ::close(fd);
  }
}

}  // namespace evolt::stub
