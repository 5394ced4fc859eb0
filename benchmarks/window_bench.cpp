// What a window of energy costs: on the loop's thread (open, phase, close of a reader, own or over
// the socket: at most 5 us) and off it (a start or an end with 20 zones: at most 200 us).
//   window_bench [WINDOWS]   (default 2,000)

#include "tests/workers/energy/scripted_sensor.hpp"
#include "workers/energy/host_file.hpp"
#include "workers/energy/meter/shared_meter.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace evolt;  // NOLINT(google-build-using-namespace): a main
namespace fs = std::filesystem;
constexpr std::size_t kZones = 20;

double micros() {
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Of this thread: on a busy machine the threads that it wakes run in its place.
double own_micros() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

void print(const char* name, std::vector<double> us) {
  std::sort(us.begin(), us.end());
  double sum = 0;
  for (const double one : us) {
    sum += one;
  }
  std::printf("%-44s median %8.2f us   mean %8.2f us   99 %% %8.2f us\n", name, us[us.size() / 2],
              sum / static_cast<double>(us.size()), us[us.size() * 99 / 100]);
}

/// Twenty counters in files, as powercap has them.
class FileSensor final : public EnergySensor {
 public:
  FileSensor(const Clock& clock, const std::string& directory) : clock_(clock) {
    for (std::size_t i = 0; i < kZones; ++i) {
      const std::string path = directory + "/zone" + std::to_string(i);
      std::ofstream(path) << "123456789\n";
      files_.emplace_back(path);
      channels_.push_back(test::package());
      channels_.back().name = path;
      channels_.back().part = i % 2 == 0 ? EnergyPart::package : EnergyPart::dram;
      channels_.back().package = static_cast<int>(i / 2);
    }
  }
  std::string_view name() const override { return "files"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }
  void read(std::span<ChannelReading> readings) override {
    for (std::size_t i = 0; i < kZones; ++i) {
      readings[i].status = files_[i].read(readings[i].raw);
      readings[i].taken = clock_.now();
    }
  }

 private:
  const Clock& clock_;
  std::vector<HostFile> files_;
  std::vector<EnergyChannel> channels_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t windows = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 2'000;
  std::string directory = (fs::temp_directory_path() / "evolt-window-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) {
    return 1;
  }
  const SystemClock clock;
  const auto make = [&] {
    std::vector<std::unique_ptr<EnergySensor>> sensors;
    sensors.push_back(std::make_unique<FileSensor>(clock, directory));
    return std::make_unique<HostMeter>(std::move(sensors), clock,
                                       HostMeterOptions{.account = {.cores = 8}});
  };

  // Off the loop: what one start, and one end, cost the reader's thread, eight windows being open.
  {
    const std::unique_ptr<HostMeter> meter = make();
    std::vector<double> starts, ends;
    const auto edge = [&](WindowEdge::Kind kind, WindowId id) {
      std::vector<WindowEdge> edges(1);
      edges[0].kind = kind;
      edges[0].id = id;
      edges[0].asked = clock.now();
      edges[0].target.process = ::getpid();
      const double begun = micros();
      meter->apply(std::move(edges));
      return micros() - begun;
    };
    for (std::size_t i = 0; i < windows; ++i) {
      starts.push_back(edge(WindowEdge::Kind::open, i + 1));
      if (i >= 8) {
        ends.push_back(edge(WindowEdge::Kind::close, i - 7));
      }
    }
    print("reader: start, 20 zones, 8 windows", starts);
    print("reader: end, 20 zones, 8 windows", ends);
  }

  // On the loop's thread.
  const auto place = meeting_place(directory, MeetingHost::here());
  SharedMeter own(make, *place, clock);
  while (own.role() != SharedMeter::Role::reader) {
    ::usleep(1'000);
  }
  SharedMeter other(make, *place, clock);
  while (other.role() != SharedMeter::Role::client) {
    ::usleep(1'000);
  }
  std::vector<double> nothing;
  for (std::size_t i = 0; i < windows; ++i) {
    const double begun = own_micros();
    nothing.push_back(own_micros() - begun);
  }
  print("the clock alone, which is in all that follows", nothing);
  for (SharedMeter* meter : {&own, &other}) {
    std::vector<double> open, phase, so_far, close;
    std::atomic<std::size_t> ended = 0;
    for (std::size_t i = 0; i < windows; ++i) {
      MeterTarget target{.process = ::getpid(), .share = {.cores = 1}};
      double begun = own_micros();
      const WindowId id = meter->open(std::move(target));
      open.push_back(own_micros() - begun);
      ::usleep(300);
      begun = own_micros();
      meter->mark(id, "infer");
      phase.push_back(own_micros() - begun);
      begun = own_micros();
      static_cast<void>(meter->so_far(id));
      so_far.push_back(own_micros() - begun);
      begun = own_micros();
      meter->close(id, {}, [&](const WindowReport&) { ++ended; });
      close.push_back(own_micros() - begun);
      ::usleep(300);
    }
    while (ended < windows) {
      ::usleep(1'000);
    }
    std::printf("%s\n", meter == &own ? "the process that reads:" : "a process that asks:");
    print("  loop: open", open);
    print("  loop: phase", phase);
    print("  loop: so far", so_far);
    print("  loop: close", close);
  }
  fs::remove_all(directory);
  return 0;
}
