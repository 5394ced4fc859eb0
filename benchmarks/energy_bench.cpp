// What measuring costs: `energy_bench --read` reads 20 zones of a powercap tree at 10 Hz, as the
// reader of a host does, and prints the CPU time of it as a share of one core. The zones are files
// in a folder of the benchmark's, or with --root the host's own. Ends with 1 above 0.2 %.
#include "core/clock.hpp"
#include "workers/energy/mirrored_counters.hpp"
#include "workers/energy/powercap.hpp"

#include <CLI/CLI.hpp>
#include <absl/strings/str_cat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace evolt;

constexpr double kAllowed = 0.002;  // of a core

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Ten sockets with dram, in a folder that is removed at the end.
class Tree {
 public:
  explicit Tree(int zones) {
    std::string name = std::filesystem::temp_directory_path() / "evolt-energy-bench-XXXXXX";
    folder_ = mkdtemp(name.data());
    for (int i = 0; i < zones; ++i) {
      const bool dram = i % 2 == 1;
      const auto zone =
          folder_ / "sys/class/powercap" / absl::StrCat("intel-rapl:", i / 2, dram ? ":0" : "");
      std::filesystem::create_directories(zone);
      std::ofstream(zone / "name") << (dram ? "dram" : absl::StrCat("package-", i / 2));
      std::ofstream(zone / "energy_uj") << 123'456'789'012 + 10'000'000'000 * i;
    }
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { std::filesystem::remove_all(folder_); }
  std::string root() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

int read(const std::string& root, int zones, double hertz, double seconds) {
  const SystemClock clock;
  const HostRoots roots{root + "/sys", root + "/proc", root + "/dev"};
  const FoundSensor found = find_powercap(roots, {}, clock, pause_really);
  if (!found.sensor) {
    std::fprintf(stderr, "energy_bench: no zone below %s can be read\n", root.c_str());
    return EXIT_FAILURE;
  }
  const std::size_t count = found.sensor->channels().size();
  if (zones > 0 && count != static_cast<std::size_t>(zones)) {
    std::fprintf(stderr, "energy_bench: %zu zones instead of %d\n", count, zones);
    return EXIT_FAILURE;
  }
  std::vector<ChannelReading> readings(count);
  const double cpu = cpu_seconds();
  const Seconds start = clock.now();
  int reads = 0;
  while ((clock.now() - start).value < seconds) {
    found.sensor->read(readings);
    ++reads;
    pause_really(Seconds{1 / hertz});
  }
  const double used = cpu_seconds() - cpu;
  const double took = (clock.now() - start).value;
  const double share = used / took;
  std::printf("%zu zones, %d reads in %.1f s: %.1f us of CPU a read, %.4f %% of a core\n", count,
              reads, took, 1e6 * used / reads, 100 * share);
  return share <= kAllowed ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What measuring energy costs"};
  bool reading = false;
  std::string root;
  double hertz = 10;
  double seconds = 30;
  app.add_flag("--read", reading, "Read 20 zones again and again")->required();
  app.add_option("--root", root, "Zones below DIR/sys instead, / for this host's")
      ->type_name("DIR");
  app.add_option("--hertz", hertz, "Reads a second")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds, "How long")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (!root.empty()) {
    return read(root, 0, hertz, seconds);
  }
  constexpr int kZones = 20;
  const Tree tree(kZones);
  return read(tree.root(), kZones, hertz, seconds);
}
