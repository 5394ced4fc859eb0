#pragma once

#include "core/clock.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace evolt::testing {

inline const std::string kNvmlStub = EVOLT_STUBS "/libnvidia-ml-stub.so";
inline const std::string kOldNvmlStub = EVOLT_STUBS "/libnvidia-ml-stub-old.so";
inline const std::string kAmdStub = EVOLT_STUBS "/libamd_smi-stub.so";
inline const std::string kRocmStub = EVOLT_STUBS "/librocm_smi64-stub.so";

/// The machine that the stub libraries pretend to be; one at a time. See stubs/README.md.
class StubGpus {
 public:
  explicit StubGpus(const std::string& lines) {
    std::string name = std::filesystem::temp_directory_path() / "evolt-stub-XXXXXX";
    path_ = ::mkdtemp(name.data());
    began_ = SystemClock().now();
    ::setenv("EVOLT_STUB_GPUS", (path_ / "state").c_str(), 1);
    change(lines);
  }
  StubGpus(const StubGpus&) = delete;
  StubGpus& operator=(const StubGpus&) = delete;
  ~StubGpus() {
    ::unsetenv("EVOLT_STUB_GPUS");
    std::filesystem::remove_all(path_);
  }

  /// From now on it is like this. Curves go on from when it was made.
  void change(const std::string& lines) const {
    const std::filesystem::path next = path_ / "next";
    char zero[64];
    std::snprintf(zero, sizeof zero, "zero %.9f\n", began_.value);
    std::ofstream(next) << zero << "log " << log() << "\n" << lines;
    std::filesystem::rename(next, path_ / "state");
  }

  Seconds since_beginning() const { return {SystemClock().now().value - began_.value}; }
  std::filesystem::path folder() const { return path_; }
  std::string log() const { return path_ / "limits"; }

  /// The limits that were set, one a line.
  std::string limits_set() const {
    std::ifstream in(log());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path path_;
  Seconds began_;
};

}  // namespace evolt::testing
