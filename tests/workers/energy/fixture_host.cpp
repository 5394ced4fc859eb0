#include "tests/workers/energy/fixture_host.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <sys/fsuid.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr uid_t kNobody = 65534;

std::string text_of(double number) {
  return std::to_string(static_cast<std::uint64_t>(number));
}

}  // namespace

FixtureHost::FixtureHost() {
  std::string name = std::filesystem::temp_directory_path() / "evolt-host-XXXXXX";
  root_ = mkdtemp(name.data());
  for (const char* folder : {"/sys", "/proc", "/dev"}) {
    std::filesystem::create_directories(root_ + folder);
  }
  std::filesystem::permissions(root_, std::filesystem::perms(0755));  // for Unprivileged
}

FixtureHost::~FixtureHost() {
  std::filesystem::remove_all(root_);
}

void FixtureHost::write(const std::string& path, std::string_view text) const {
  std::filesystem::create_directories(std::filesystem::path(at(path)).parent_path());
  std::ofstream file(at(path));
  file << text << '\n';
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + at(path));
  }
}

void FixtureHost::link(const std::string& path, const std::string& target) const {
  std::filesystem::create_directories(std::filesystem::path(at(path)).parent_path());
  std::filesystem::create_symlink(at(target), at(path));
}

void FixtureHost::remove(const std::string& path) const {
  std::filesystem::remove_all(at(path));
}

void FixtureHost::forbid(const std::string& path) const {
  std::filesystem::permissions(at(path), std::filesystem::perms::none);
}

void FixtureHost::meter(Meter meter) {
  write(meter.path, text_of(meter.count) + meter.suffix);
  meters_.push_back(std::move(meter));
}

void FixtureHost::advance(Seconds time) {
  clock_.advance(time);
  for (Meter& meter : meters_) {
    meter.count += meter.rate * time.value;
    if (meter.modulus > 0) {
      meter.count = std::fmod(meter.count, meter.modulus);
    }
    if (std::filesystem::exists(at(meter.path))) {
      write(meter.path, text_of(meter.count) + meter.suffix);
    }
  }
}

void FixtureHost::cpus(std::string_view vendor, std::string_view model_name, int packages, int each,
                       int dies, int family, int model) {
  std::string info;
  for (int cpu = 0; cpu < packages * each; ++cpu) {
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    write(folder + "physical_package_id", std::to_string(cpu / each));
    write(folder + "die_id", std::to_string(cpu % each * dies / each));
    info += "processor\t: " + std::to_string(cpu) + "\nvendor_id\t: " + std::string(vendor) +
            "\ncpu family\t: " + std::to_string(family) + "\nmodel\t\t: " + std::to_string(model) +
            "\nmodel name\t: " + std::string(model_name) +
            "\nphysical id\t: " + std::to_string(cpu / each) + "\nflags\t\t: fpu rapl\n\n";
  }
  write("/proc/cpuinfo", info);
}

void FixtureHost::zone(const Zone& zone) {
  const std::string control = zone.folder.substr(0, zone.folder.find(':'));
  std::string device = "/sys/devices/virtual/powercap/" + control + "/";
  const std::size_t last = zone.folder.rfind(':');
  if (last != zone.folder.find(':')) {
    device += zone.folder.substr(0, last) + "/";
  }
  device += zone.folder;
  write(device + "/name", zone.name);
  write(device + "/max_energy_range_uj", text_of(zone.range));
  if (zone.limit > 0) {
    write(device + "/constraint_0_name", "long_term");
    write(device + "/constraint_0_power_limit_uw", text_of(1e6 * zone.limit));
    write(device + "/constraint_0_max_power_uw", text_of(1e6 * zone.limit));
  }
  meter({.path = device + "/energy_uj",
         .rate = 1e6 * zone.watts,
         .count = zone.start,
         .modulus = zone.range + 1});
  link("/sys/class/powercap/" + zone.folder, device);
  if (!std::filesystem::exists(at("/sys/class/powercap/" + control))) {
    link("/sys/class/powercap/" + control, "/sys/devices/virtual/powercap/" + control);
  }
}

void FixtureHost::perf(std::string_view cpumask, const std::vector<std::string>& domains) {
  const std::string folder = "/sys/bus/event_source/devices/power/";
  const std::map<std::string, std::string> events = {
      {"cores", "0x01"}, {"pkg", "0x02"}, {"ram", "0x03"}, {"gpu", "0x04"}, {"psys", "0x05"}};
  write(folder + "type", "9");
  write(folder + "cpumask", cpumask);
  write("/proc/sys/kernel/perf_event_paranoid", "2");
  for (const std::string& domain : domains) {
    write(folder + "events/energy-" + domain, "event=" + events.at(domain));
    write(folder + "events/energy-" + domain + ".scale", "2.3283064365386962890625e-10");
    write(folder + "events/energy-" + domain + ".unit", "Joules");
  }
}

// The kernel takes a thread's rights over files away together with its file-system user id.
Unprivileged::Unprivileged(bool really) {
  if (really) {
    setfsuid(kNobody);
  }
}

Unprivileged::~Unprivileged() {
  setfsuid(geteuid());
}

std::unique_ptr<PerfCounter> FakePerf::open(const PerfEvent& event, int& why) {
  if (error != 0) {
    why = error;
    return nullptr;
  }
  class Counter final : public PerfCounter {
   public:
    Counter(const FakePerf& kernel, const PerfEvent& of, Seconds since)
        : kernel_(kernel), event_(of), since_(since) {}
    ReadStatus read(std::uint64_t& count) override {
      if (const auto found = kernel_.broken.find(event_.cpu); found != kernel_.broken.end()) {
        return found->second;
      }
      const double joules = kernel_.watts.at(event_.config) * (kernel_.clock_.now() - since_).value;
      count = static_cast<std::uint64_t>(std::llround(joules * 4294967296.0));
      return ReadStatus::ok;
    }

   private:
    const FakePerf& kernel_;
    PerfEvent event_;
    Seconds since_;
  };
  opened.push_back(event);
  return std::make_unique<Counter>(*this, event, clock_.now());
}

std::vector<ChannelReading> read_all(EnergySensor& sensor) {
  std::vector<ChannelReading> readings(sensor.channels().size());
  sensor.read(readings);
  return readings;
}

const SensorFinding* finding_of(const std::vector<SensorFinding>& findings, std::string_view name) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const SensorFinding& each) { return each.name == name; });
  return found == findings.end() ? nullptr : &*found;
}

const EnergyChannel* channel_of(const EnergySensor& sensor, std::string_view name) {
  const auto channels = sensor.channels();
  const auto found = std::find_if(channels.begin(), channels.end(),
                                  [&](const EnergyChannel& each) { return each.name == name; });
  return found == channels.end() ? nullptr : &*found;
}

}  // namespace evolt
