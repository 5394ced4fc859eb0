#include "workers/energy/limits/power_limit.hpp"

#include "tests/workers/energy/stub_gpus.hpp"
#include "workers/energy/gpu/patient_driver.hpp"
#include "workers/energy/limits/cpu_knob.hpp"
#include "workers/energy/limits/knob_box.hpp"
#include "workers/energy/limits/limit_note.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <optional>

namespace evolt::testing {
namespace {

namespace fs = std::filesystem;

/// A knob of numbers.
class PretendKnob final : public LimitKnob {
 public:
  explicit PretendKnob(PowerLimits& limits) : limits_(limits) {}
  const std::string& name() const override { return name_; }
  absl::StatusOr<PowerLimits> limits() override { return limits_; }
  absl::Status set(Watts limit) override {
    limits_.current = limit;
    return absl::OkStatus();
  }

 private:
  PowerLimits& limits_;
  std::string name_ = "gpu:pretend";
};

struct Zones {
  fs::path path;
  Zones() {
    std::string name = fs::temp_directory_path() / "evolt-zones-XXXXXX";
    path = ::mkdtemp(name.data());
    zone("intel-rapl:0", "package-0", "125000001");
    zone("intel-rapl:10", "package-10", "90000000");
    zone("intel-rapl:1", "psys", "1");
    zone("intel-rapl:0:0", "core", "1");
  }
  Zones(const Zones&) = delete;
  Zones& operator=(const Zones&) = delete;
  ~Zones() { fs::remove_all(path); }

  HostRoots roots() const { return {.sys = path.string()}; }
  fs::path zone_path(const std::string& name) const { return path / "class/powercap" / name; }
  void put(const std::string& zone, const std::string& file, const std::string& text) const {
    std::ofstream(zone_path(zone) / file) << text << "\n";
  }
  void zone(const std::string& name, const std::string& what, const std::string& limit) const {
    fs::create_directories(zone_path(name));
    put(name, "name", what);
    put(name, "constraint_0_name", "short_term");
    put(name, "constraint_0_power_limit_uw", "1");
    put(name, "constraint_1_name", "long_term");
    put(name, "constraint_1_power_limit_uw", limit);
    put(name, "constraint_1_max_power_uw", "150000000");
  }
  std::string limit(const std::string& zone) const {
    std::ifstream in(zone_path(zone) / "constraint_1_power_limit_uw");
    std::string text;
    in >> text;
    return text;
  }
};

TEST_CASE("power limit: set, moved into what the device allows, and restored at the end",
          "[workers][energy]") {
  PowerLimits device{.current = Watts{300}, .least = Watts{100}, .most = Watts{400}};
  const auto [wanted, applied] =
      GENERATE(table<double, double>({{200, 200}, {50, 100}, {900, 400}}));
  {
    auto limit = PowerLimit::set(std::make_unique<PretendKnob>(device), {wanted});
    REQUIRE(limit.ok());
    CHECK(device.current->value == applied);
    CHECK(limit->applied().value == applied);
    CHECK(limit->previous().value == 300);
    const PowerLimit moved = *std::move(limit);  // one of them restores, once
    CHECK(device.current->value == applied);
  }
  CHECK(device.current->value == 300);
}

TEST_CASE("power limit: what is enforced is said too", "[workers][energy]") {
  PowerLimits device{.current = Watts{300}, .enforced = Watts{180}};
  const auto limit = PowerLimit::set(std::make_unique<PretendKnob>(device), {250});
  CHECK(limit->applied().value == 250);
  CHECK(limit->enforced().value == 180);
}

TEST_CASE("power limit: nothing is set that makes no sense or could not be restored",
          "[workers][energy]") {
  PowerLimits device{.current = Watts{300}};
  const double wanted = GENERATE(0.0, -5.0, std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity());
  CHECK(PowerLimit::set(std::make_unique<PretendKnob>(device), {wanted}).status().code() ==
        absl::StatusCode::kInvalidArgument);
  PowerLimits silent;
  CHECK(PowerLimit::set(std::make_unique<PretendKnob>(silent), {100}).status().code() ==
        absl::StatusCode::kUnimplemented);
  const auto forgetful = [](const std::string&, Watts) { return absl::InternalError("disk full"); };
  CHECK(PowerLimit::set(std::make_unique<PretendKnob>(device), {100}, forgetful).status().code() ==
        absl::StatusCode::kInternal);
  CHECK(device.current->value == 300);
  CHECK_FALSE(silent.current);
}

TEST_CASE("power limit: of GPUs, refused where not permitted", "[workers][energy]") {
  const StubGpus stub(
      "gpu 0 uuid GPU-a\ngpu 0 limit 280\n"
      "gpu 1 uuid GPU-b\ngpu 1 may_set 0\n");
  KnobBox box({.nvml = kNvmlStub, .amd_smi = kAmdStub});
  {
    auto knobs = box.find("gpu:GPU-a");
    REQUIRE(knobs.ok());
    CHECK(try_knob(*(*knobs)[0])->current->value == 280);
    const auto limit = PowerLimit::set(std::move((*knobs)[0]), {120});
    REQUIRE(limit.ok());
    CHECK(limit->applied().value == 120);
  }
  // Tried, set, restored.
  const std::string set = stub.limits_set();
  const std::size_t first = set.find("280.000");
  const std::size_t second = set.find("120.000");
  CHECK(first < second);
  CHECK(set.rfind("280.000") > second);
  auto refused = box.find("gpu:GPU-b");
  const absl::Status why = PowerLimit::set(std::move((*refused)[0]), {120}).status();
  CHECK(why.code() == absl::StatusCode::kPermissionDenied);
  CHECK_THAT(std::string(why.message()), Catch::Contains("only root"));
  CHECK(box.find("fan:0").status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(box.find("gpu:amd-x").ok());  // the other maker's library
}

TEST_CASE("power limit: of every package, by its long-term constraint", "[workers][energy]") {
  const Zones zones;
  const auto knobs = find_cpu_knobs(zones.roots());
  REQUIRE(knobs.size() == 2);
  CHECK(knobs[0]->name() == "cpu:intel-rapl:0");
  CHECK(knobs[1]->name() == "cpu:intel-rapl:10");
  const auto limits = knobs[0]->limits();
  REQUIRE(limits.ok());
  CHECK(limits->current->value == Approx(125.000001));
  CHECK(limits->most->value == 150);
  CHECK_FALSE(limits->least);
  CHECK(knobs[1]->set({60.5}).ok());
  CHECK(zones.limit("intel-rapl:10") == "60500000");
  CHECK(zones.limit("intel-rapl:0") == "125000001");
  {
    const auto limit =
        PowerLimit::set(std::move(find_cpu_knobs(zones.roots(), "intel-rapl:0")[0]), {1000});
    CHECK(limit->applied().value == 150);
  }
  CHECK(zones.limit("intel-rapl:0") == "125000001");  // to the microwatt
}

TEST_CASE("power limit: a package without a limit, or one that is not ours", "[workers][energy]") {
  const Zones zones;
  fs::remove(zones.zone_path("intel-rapl:0") / "constraint_1_power_limit_uw");
  CHECK(find_cpu_knobs(zones.roots()).size() == 1);
  KnobBox box({}, {.sys = "/nowhere"});
  CHECK(box.find("cpu").status().code() == absl::StatusCode::kNotFound);
  // A file that cannot be written, for root either.
  const auto knobs = find_cpu_knobs(zones.roots());
  const fs::path file = zones.zone_path("intel-rapl:10") / "constraint_1_power_limit_uw";
  fs::remove(file);
  fs::create_directory(file);
  CHECK_FALSE(knobs[0]->set({60}).ok());
  CHECK_FALSE(knobs[0]->limits().ok());
}

TEST_CASE("power limit: a driver that hangs is late, and later serves again", "[workers][energy]") {
  const StubGpus stub("gpu 0 uuid GPU-a\n");
  KnobBox box({.nvml = kNvmlStub}, {}, {0.05});
  auto knobs = box.find("gpu:GPU-a");
  REQUIRE(knobs.ok());
  stub.change("gpu 0 uuid GPU-a\nhang nvmlDeviceGetPowerManagementLimit 200\n");
  CHECK((*knobs)[0]->limits().status().code() == absl::StatusCode::kDeadlineExceeded);
  CHECK((*knobs)[0]->set({200}).code() == absl::StatusCode::kDeadlineExceeded);
  stub.change("gpu 0 uuid GPU-a\n");
  bool served = false;
  for (int i = 0; i < 200 && !served; ++i) {
    ::usleep(5000);
    served = (*knobs)[0]->limits().ok();
  }
  CHECK(served);
}

TEST_CASE("limit note: says what its owner had to restore, once it is gone", "[workers][energy]") {
  const Zones folder;  // any folder
  const std::string place = folder.path.string();
  {
    auto note = LimitNote::make(place);
    REQUIRE(note.ok());
    CHECK(note->before("gpu:a", {300}).ok());
    CHECK(note->before("gpu:a", {120}).ok());  // the first counts
    CHECK(note->before("gpu:b", {125.000001}).ok());
    CHECK(note->before("gpu:c", {200}).ok());
    CHECK(note->after("gpu:c").ok());
    CHECK(left_behind(place).empty());  // it has an owner
  }
  const auto left = left_behind(place);
  REQUIRE(left.size() == 1);
  CHECK(left[0].limits == std::map<std::string, Watts>{{"gpu:a", {300}}, {"gpu:b", {125.000001}}});
  CHECK(left_behind(place).empty());  // one at a time
}

TEST_CASE("limit note: nothing to restore leaves nothing", "[workers][energy]") {
  const Zones folder;
  const std::string place = folder.path.string();
  {
    auto note = LimitNote::make(place);
    note->before("gpu:a", {300}).IgnoreError();
    note->after("gpu:a").IgnoreError();
  }
  for (const auto& entry : fs::directory_iterator(place)) {
    CHECK(entry.path().filename() == "class");
  }
  CHECK_FALSE(LimitNote::make("/nowhere").ok());
  CHECK(left_behind("/nowhere").empty());
}

TEST_CASE("limit note: a line that is cut off was not acted upon, and another boot's is void",
          "[workers][energy]") {
  const Zones folder;
  const std::string place = folder.path.string();
  fs::create_directories(folder.path / "sys/kernel/random");
  std::ofstream(folder.path / "sys/kernel/random/boot_id") << "this-boot\n";
  const HostRoots roots{.proc = place};
  std::ofstream(folder.path / "limits-1-1")
      << "boot this-boot\nset gpu:a 300000000\nset gpu:b 2500";
  std::ofstream(folder.path / "limits-2-1") << "boot another\nset gpu:c 300000000\n";
  std::ofstream(folder.path / "limits-3-1") << "";
  const auto left = left_behind(place, roots);
  REQUIRE(left.size() == 1);
  CHECK(left[0].limits == std::map<std::string, Watts>{{"gpu:a", {300}}});
  CHECK_FALSE(fs::exists(folder.path / "limits-2-1"));
  CHECK_FALSE(fs::exists(folder.path / "limits-3-1"));
}

}  // namespace
}  // namespace evolt::testing
