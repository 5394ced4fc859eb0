#include "workers/energy/meter/host_meter.hpp"

#include "tests/workers/energy/scripted_sensor.hpp"
#include "workers/energy/meter/host_reader.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

namespace evolt {
namespace {

namespace fs = std::filesystem;

/// Says what the test says.
class ToldDriver final : public GpuDriver {
 public:
  explicit ToldDriver(const std::vector<GpuProcess>& running) : running_(running) {}
  absl::StatusOr<std::vector<GpuDevice>> devices() override { return std::vector<GpuDevice>(); }
  absl::StatusOr<PowerLimits> limits(const std::string&) override { return PowerLimits(); }
  absl::Status set_limit(const std::string&, Watts) override { return absl::OkStatus(); }
  absl::StatusOr<double> temperature(const std::string&) override { return 40; }
  absl::StatusOr<std::vector<GpuProcess>> processes(const std::string&, std::uint64_t) override {
    return running_;
  }

 private:
  const std::vector<GpuProcess>& running_;
};

/// A host with one package at 20 W, a busy core of 2, and one process that uses it.
class Host {
 public:
  Host() {
    std::string name = (fs::temp_directory_path() / "evolt-host-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    fs::create_directories(root_ + "/proc/50/task/50");
    std::ofstream(root_ + "/proc/50/task/50/children") << "";
    write();
  }
  ~Host() { fs::remove_all(root_); }

  void pass(double seconds) {
    clock.advance(Seconds{seconds});
    write();
  }
  HostMeter meter(std::function<void(const std::vector<RestRecord>&)> on_rest) {
    return meter(test::package(), std::move(on_rest));
  }
  HostMeter meter(EnergyChannel channel = test::package(),
                  std::function<void(const std::vector<RestRecord>&)> on_rest = {}) {
    std::vector<std::unique_ptr<EnergySensor>> sensors;
    sensors.push_back(std::make_unique<test::ScriptedSensor>(clock, std::vector{std::move(channel)},
                                                             [](std::size_t) { return 20.0; }));
    HostMeterOptions options{.account = {.idle = IdlePolicy::none, .cores = 2},
                             .roots = {.proc = root_ + "/proc"},
                             .on_rest = std::move(on_rest),
                             .slept = [this] { return slept; },
                             .gpu_users = std::make_unique<GpuUsers>([this] {
                               return std::unique_ptr<GpuDriver>(new ToldDriver(running));
                             })};
    return HostMeter(std::move(sensors), clock, std::move(options));
  }

  /// Another process, of this parent.
  void add_process(int pid, int parent) {
    fs::create_directories(root_ + "/proc/" + std::to_string(pid));
    std::ofstream(root_ + "/proc/" + std::to_string(pid) + "/stat")
        << pid << " (t) R " << parent << " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7 0 0\n";
  }

  ManualClock clock;
  Seconds slept;
  double busy = 1;  // cores
  std::vector<GpuProcess> running;

 private:
  void write() {
    const auto ticks = std::to_string(
        static_cast<long>(busy * clock.now().value * static_cast<double>(::sysconf(_SC_CLK_TCK))));
    std::ofstream(root_ + "/proc/stat") << "cpu  " << ticks << " 0 0 0 0 0 0 0 0 0\n";
    std::ofstream(root_ + "/proc/50/stat")
        << "50 (t) R 1 1 1 0 -1 0 0 0 0 0 " << ticks << " 0 0 0 20 0 1 0 7 0 0\n";
  }
  std::string root_;
};

WindowEdge opens(Host& host, WindowId id) {
  return {.id = id, .asked = host.clock.now(), .target = {.process = 50, .share = {.cores = 1}}};
}
WindowEdge closes(Host& host, WindowId id, WindowReport& into) {
  return {.kind = WindowEdge::Kind::close,
          .id = id,
          .asked = host.clock.now(),
          .end = [&into](WindowReport report) { into = std::move(report); }};
}

void apply(HostMeter& meter, WindowEdge edge) {
  std::vector<WindowEdge> edges;
  edges.push_back(std::move(edge));
  for (auto& [end, report] : meter.apply(std::move(edges))) {
    end(std::move(report));
  }
}

}  // namespace

TEST_CASE("host meter: reads sensors and processor times at the edges of a window", "[energy]") {
  Host host;
  HostMeter meter = host.meter();
  host.pass(5);
  apply(meter, opens(host, 1));
  host.pass(10);
  WindowReport report;
  apply(meter, closes(host, 1, report));
  REQUIRE(report.whole.energy);
  CHECK(report.whole.energy->joules.value == Approx(200).epsilon(0.01));
  CHECK(report.whole.energy->label == EnergyLabel::counter_exclusive);
  CHECK(meter.figures().empty());
}

TEST_CASE("host meter: what it learns of rest is told once, and then every five minutes",
          "[energy]") {
  Host host;
  host.busy = 0;
  std::vector<std::vector<RestRecord>> heard;
  HostMeter meter =
      host.meter([&heard](const std::vector<RestRecord>& learnt) { heard.push_back(learnt); });
  for (int i = 0; i < 30; ++i) {  // ticks of 10 ms say little of one second
    host.pass(2);
    meter.apply({});
  }
  REQUIRE(heard.size() == 1);
  REQUIRE(heard[0].size() == 1);
  CHECK(heard[0][0].power.likely.value == Approx(20).epsilon(0.01));
  for (int i = 0; i < 150; ++i) {
    host.pass(2);
    meter.apply({});
  }
  CHECK(heard.size() == 2);
}

TEST_CASE("host meter: it is due once a period with a window, and by the guard without",
          "[energy]") {
  Host host;
  HostMeter meter = host.meter();
  CHECK(meter.next() == Seconds{10});
  apply(meter, opens(host, 1));
  CHECK(meter.next() == Seconds{1});
  REQUIRE(meter.figures().size() == 1);
}

TEST_CASE("host meter: an end without a beginning has no figure, and unknown edges do nothing",
          "[energy]") {
  Host host;
  HostMeter meter = host.meter();
  WindowReport report;
  apply(meter, closes(host, 9, report));
  CHECK(report.whole.missing == "the window was not open");
  apply(meter, {.kind = WindowEdge::Kind::mark, .id = 9, .phase = "x", .items = 1});
  CHECK(meter.figures().empty());
}

TEST_CASE("host meter: of a shared card each window has what its processes use", "[energy]") {
  Host host;
  host.add_process(60, 1);
  host.add_process(61, 50);
  host.add_process(62, 61);  // of the first window, two steps below
  host.add_process(70, 1);   // nobody's
  host.running = {{.pid = 62, .share = 0.5, .taken_us = 1},
                  {.pid = 60, .share = 0.25, .taken_us = 1},
                  {.pid = 70, .share = 0.25, .taken_us = 1}};
  HostMeter meter = host.meter(test::card("GPU-a"));
  const auto window = [&](WindowId id, pid_t process) {
    WindowEdge edge = opens(host, id);
    edge.target.process = process;
    edge.target.share.devices = {{"GPU-a", 0.5}};
    edge.target.tree_only = true;
    return edge;
  };
  apply(meter, window(1, 50));
  for (int second = 0; second < 10; ++second) {  // alone: all is its own
    host.pass(1);
    meter.apply({});
  }
  apply(meter, window(2, 60));
  for (int second = 0; second < 20; ++second) {
    host.pass(1);
    meter.apply({});
  }
  WindowReport first;
  WindowReport second;
  apply(meter, closes(host, 1, first));
  apply(meter, closes(host, 2, second));
  REQUIRE(first.whole.energy);
  REQUIRE(second.whole.energy);
  CHECK(first.whole.energy->joules.value == Approx(200 + 200).epsilon(0.02));
  CHECK(second.whole.energy->joules.value == Approx(100).epsilon(0.02));
  CHECK(second.whole.energy->attribution == "device use");
}

TEST_CASE("host meter: a sleep of the host is a gap", "[energy]") {
  Host host;
  HostMeter meter = host.meter();
  apply(meter, opens(host, 1));
  host.pass(5);
  meter.apply({});
  host.slept = Seconds{100};
  host.pass(5);
  WindowReport report;
  apply(meter, closes(host, 1, report));
  REQUIRE(report.whole.energy);
  CHECK(report.whole.energy->gap == Seconds{5});
  CHECK(report.whole.energy->coverage == Approx(0.5));
}

TEST_CASE("host reader: many windows from many threads all hear of their ends", "[energy]") {
  const SystemClock clock;
  std::atomic<int> ended = 0;
  std::atomic<int> figures = 0;
  {
    HostReader reader(
        [&] {
          std::vector<std::unique_ptr<EnergySensor>> sensors;
          sensors.push_back(std::make_unique<test::ScriptedSensor>(
              clock, std::vector{test::package(1e-5)}, [](std::size_t) { return 20.0; }));
          return std::make_unique<HostMeter>(
              std::move(sensors), clock,
              HostMeterOptions{.account = {.cores = 2}, .period = Seconds{0.005}});
        },
        clock);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          const WindowId id = reader.open({.process = ::getpid(), .share = {.cores = 0.5}});
          reader.mark(id, "infer", 1);
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          static_cast<void>(reader.so_far(id));
          reader.close(id, {}, [&](const WindowReport& report) {
            ++ended;
            figures += report.whole.energy.has_value() ? 1 : 0;
          });
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  CHECK(ended == 100);
  CHECK(figures > 0);
}

}  // namespace evolt
