#include "tests/workers/energy/named_hosts.hpp"

#include <string>

namespace evolt {
namespace {

constexpr double kEpycRange = 65'532'610'987;  // 2^32 counts of 2^-16 J

void client(FixtureHost& host) {
  host.cpus("GenuineIntel", "13th Gen Intel(R) Core(TM) i9-13900K", 1, 4, 1, 6, 183);
  host.zone({.folder = "intel-rapl:0", .name = "package-0", .watts = 65, .limit = 253});
  host.zone({.folder = "intel-rapl:0:0", .name = "core", .watts = 50});
  host.zone({.folder = "intel-rapl:0:1", .name = "uncore", .watts = 2});
  host.zone({.folder = "intel-rapl:1", .name = "psys", .watts = 110});
  host.zone({.folder = "intel-rapl-mmio:0", .name = "package-0", .watts = 65});
}

void xeon(FixtureHost& host) {
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", 2, 2);
  // The first socket wraps on the way.
  host.zone({.folder = "intel-rapl:0",
             .name = "package-0",
             .watts = 140,
             .start = 262'143'000'000,
             .limit = 150});
  host.zone({.folder = "intel-rapl:0:0", .name = "dram", .watts = 21, .start = 4e9});
  host.zone({.folder = "intel-rapl:1", .name = "package-1", .watts = 120, .limit = 150});
  host.zone({.folder = "intel-rapl:1:0", .name = "dram", .watts = 19, .start = 7e9});
}

void twelve_sockets(FixtureHost& host) {
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Platinum 8280L CPU @ 2.70GHz", 12, 1);
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(i);
    host.zone({.folder = "intel-rapl:" + number,
               .name = "package-" + number,
               .watts = 100.0 + i,
               .start = 2e9 * i});
    host.zone(
        {.folder = "intel-rapl:" + number + ":0", .name = "dram", .watts = 10, .start = 3e8 * i});
  }
}

void epyc(FixtureHost& host) {
  host.cpus("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 2, 1, 25, 1);
  for (int i = 0; i < 2; ++i) {
    const std::string number = std::to_string(i);
    host.zone({.folder = "intel-rapl:" + number,
               .name = "package-" + number,
               .watts = 200.0 + 10 * i,
               .start = 9e9 * i,
               .range = kEpycRange});
    host.zone({.folder = "intel-rapl:" + number + ":0",
               .name = "core",
               .watts = 3000,  // nonsense, as some of them show
               .range = kEpycRange});
  }
}

void threadripper(FixtureHost& host) {
  host.cpus("AuthenticAMD", "AMD Ryzen Threadripper 2990WX 32-Core Processor", 1, 8, 4, 23, 8);
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    host.zone({.folder = "intel-rapl:" + number,
               .name = "package-0-die-" + number,
               .watts = 180,
               .start = 7e9 + 500.0 * i,
               .range = kEpycRange});
  }
}

void closed(FixtureHost& host) {
  xeon(host);
  for (const char* zone : {"0", "0/intel-rapl:0:0", "1", "1/intel-rapl:1:0"}) {
    host.forbid(std::string("/sys/devices/virtual/powercap/intel-rapl/intel-rapl:") + zone +
                "/energy_uj");
  }
}

void without_range(FixtureHost& host) {
  client(host);
  host.remove("/sys/class/powercap/intel-rapl:0/max_energy_range_uj");
}

void junk(FixtureHost& host) {
  xeon(host);
  host.write("/sys/class/powercap/intel-rapl:1/energy_uj", "junk");
  host.write("/sys/class/powercap/intel-rapl:a/energy_uj", "1");
  host.zone({.folder = "intel-rapl:2", .name = "tachyon", .watts = 1});
}

void cray(FixtureHost& host) {
  host.cpus("AuthenticAMD", "AMD EPYC 7A53 64-Core Processor", 1, 4, 1, 25, 48);
  const std::string folder = "/sys/cray/pm_counters/";
  const auto counter = [&](const std::string& name, double watts) {
    host.meter({.path = folder + name, .rate = watts, .suffix = " J 1700000000250000 us"});
  };
  counter("energy", 2300);
  counter("cpu_energy", 250);
  counter("memory_energy", 80);
  for (int i = 0; i < 4; ++i) {
    counter("accel" + std::to_string(i) + "_energy", 400 + i);
  }
  host.meter({.path = folder + "freshness", .rate = 10, .count = 17});
  host.write(folder + "generation", "1");
  host.write(folder + "startup", "1690000000");
  host.write(folder + "raw_scan_hz", "10");
  host.write(folder + "power", "2300 W");
  host.write(folder + "version", "3");
}

void cards(FixtureHost& host) {
  epyc(host);
  const auto card = [&](const std::string& folder, const std::string& bus, const std::string& file,
                        const std::string& microwatts) {
    host.write("/sys/class/hwmon/" + folder + "/name", "amdgpu");
    host.write("/sys/class/hwmon/" + folder + "/" + file, microwatts);
    host.write("/sys/devices/pci0000:00/" + bus + "/uevent", "");
    host.link("/sys/class/hwmon/" + folder + "/device", "/sys/devices/pci0000:00/" + bus);
  };
  card("hwmon3", "0000:c1:00.0", "power1_average", "215000000");
  card("hwmon11", "0000:43:00.0", "power1_input", "185000000");
}

void grace(FixtureHost& host) {
  for (int cpu = 0; cpu < 4; ++cpu) {
    host.write(
        "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/physical_package_id", "0");
  }
  int number = 0;
  const auto meter = [&](const std::string& title, int watts) {
    const std::string folder = "/sys/class/hwmon/hwmon" + std::to_string(++number);
    host.write(folder + "/name", "power_meter");
    host.write(folder + "/power1_average", std::to_string(watts) + "000000");
    host.write(folder + "/power1_average_interval", "50");
    host.write(folder + "/power1_oem_info", title);
  };
  meter("Module Power Socket 0", 700);
  meter("Grace Power Socket 0", 210);
  meter("CPU Power Socket 0", 150);
  meter("SysIO Power Socket 0", 20);
}

void laptop(FixtureHost& host) {
  host.cpus("GenuineIntel", "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 1, 4, 1, 6, 140);
  host.write("/sys/class/power_supply/BAT0/type", "Battery");
  host.write("/sys/class/power_supply/BAT0/status", "Discharging");
  host.write("/sys/class/power_supply/BAT0/power_now", "21500000");
}

void guest(FixtureHost& host) {
  host.write("/proc/cpuinfo",
             "processor : 0\nvendor_id : AuthenticAMD\ncpu family : 26\nmodel name : AMD EPYC\n"
             "flags : fpu hypervisor\nprocessor : 1\n");
  host.write("/proc/stat", "cpu  100 0 0 900 0 0 0 0 0 0");
  host.write("/proc/meminfo", "MemTotal: 7812500 kB");
}

/// Half of the time of two processors.
void half_busy(FixtureHost& host) {
  host.write("/proc/stat", "cpu  1100 0 0 1900 0 0 0 0 0 0");
}

std::vector<NamedHost> all() {
  return {
      {.name = "intel-client", .build = client},
      {.name = "xeon-two-sockets", .build = xeon},
      {.name = "xeon-twelve-sockets", .build = twelve_sockets},
      {.name = "xeon-perf",
       .build =
           [](FixtureHost& host) {
             xeon(host);
             host.perf("0,2", {"pkg", "ram"});
           },
       .perf =
           [](FakePerf& kernel) {
             kernel.watts = {{2, 130}, {3, 20}};
           }},
      {.name = "xeon-perf-without-dram",
       .build =
           [](FixtureHost& host) {
             xeon(host);
             host.perf("0,2", {"pkg"});
           },
       .perf =
           [](FakePerf& kernel) {
             kernel.watts = {{2, 130}};
           }},
      {.name = "epyc", .build = epyc},
      {.name = "threadripper-mirrored", .build = threadripper},
      {.name = "closed", .build = closed, .unprivileged = true},
      {.name = "without-range", .build = without_range},
      {.name = "junk", .build = junk},
      {.name = "hot-unplug",
       .build = epyc,
       .meanwhile =
           [](FixtureHost& host) {
             host.remove("/sys/devices/virtual/powercap/intel-rapl/intel-rapl:1");
           }},
      {.name = "cray", .build = cray},
      {.name = "cray-restarted",
       .build = cray,
       .meanwhile =
           [](FixtureHost& host) { host.write("/sys/cray/pm_counters/startup", "1700000000"); }},
      {.name = "amdgpu", .build = cards},
      {.name = "grace", .build = grace},
      {.name = "battery", .build = laptop},
      {.name = "guest", .build = guest},
      {.name = "guest-modelled", .build = guest, .meanwhile = half_busy, .model = true},
      {.name = "nothing", .build = [](FixtureHost&) {}},
  };
}

}  // namespace

const std::vector<NamedHost>& named_hosts() {
  static const std::vector<NamedHost> hosts = all();
  return hosts;
}

}  // namespace evolt
