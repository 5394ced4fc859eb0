#include "workers/energy/powercap.hpp"

#include "workers/energy/file_sensor.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/powercap_zones.hpp"
#include "workers/energy/selected_sensor.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::string_view kPermission =
    "let a group read it: groupadd -f evolt && usermod -aG evolt $USER && echo "
    "'SUBSYSTEM==\"powercap\", KERNEL==\"intel-rapl*:*\", ACTION==\"add\", "
    "RUN+=\"/bin/chgrp evolt /sys%p/energy_uj\", RUN+=\"/bin/chmod 0440 /sys%p/energy_uj\"' "
    "> /etc/udev/rules.d/70-evolt-energy.rules && "
    "udevadm trigger --subsystem-match=powercap --action=add\n"
    "or let evolt read what root may read: setcap cap_dac_read_search+ep $(command -v evolt)\n"
    "or let it count by perf instead: setcap cap_perfmon+ep $(command -v evolt)";

constexpr std::string_view kContainer =
    "show the container the counters themselves, not only the links to them: docker run "
    "--security-opt systempaths=unconfined, podman run "
    "--security-opt unmask=/sys/devices/virtual/powercap, or mount the host's "
    "/sys/class/powercap/intel-rapl at the same place";

std::string name_of(const PowercapZone& zone) {
  return "powercap:" + zone.domain();
}

/// A zone together with the first read of its counter.
struct Candidate {
  PowercapZone zone;
  HostFile file;
  ReadStatus status = ReadStatus::gone;

  explicit Candidate(PowercapZone of) : zone(std::move(of)), file(zone.folder + "/energy_uj") {
    std::uint64_t raw = 0;
    status = file.read(raw);
  }
};

SensorFinding unreadable(const Candidate& candidate) {
  SensorFinding finding{.name = name_of(candidate.zone)};
  if (candidate.zone.dangling) {
    finding.reason = candidate.zone.folder + " is a link that leads nowhere here";
    finding.fix = kContainer;
    return finding;
  }
  finding.reason = concat(candidate.file.path(), ": ", describe(candidate.status));
  if (candidate.status == ReadStatus::no_permission) {
    finding.reason += " (the kernel keeps it to root since 5.10, CVE-2020-8694)";
    finding.fix = kPermission;
  }
  return finding;
}

EnergyChannel channel_of(const PowercapZone& zone, double gain) {
  EnergyChannel channel{.name = name_of(zone),
                        .part = *zone.part,
                        .package = zone.part == EnergyPart::platform ? std::nullopt : zone.package,
                        .kind = EnergyChannel::Kind::energy,
                        .unit = 1e-6,
                        .most = highest_power(zone),
                        .step = Seconds{0.001},
                        .gain = gain,
                        .label = EnergyLabel::counter_exclusive};
  const auto range = number_in(zone.folder + "/max_energy_range_uj");
  if (range && *range > 0) {
    channel.modulus = *range + 1;
  }
  return channel;
}

/// Whether two zones count the same: MMIO is another door to what the MSR shows.
bool same_counter(const PowercapZone& a, const PowercapZone& b) {
  return a.part == b.part && a.package == b.package && a.die == b.die &&
         (a.part != EnergyPart::platform || a.label == b.label);
}

/// Why a zone that is not like the others is not used; empty: it may be.
std::string left_out(const PowercapZone& zone) {
  if (!zone.part) {
    return zone.label.empty() ? "" : "'" + zone.label + "' is no domain that we know";
  }
  if (zone.part == EnergyPart::core || zone.part == EnergyPart::uncore) {
    return zone.package ? concat("within package-", *zone.package) : "within a package";
  }
  return zone.part == EnergyPart::dram && !zone.package ? "its package is not known" : "";
}

/// The zones to read; what is not among them goes to `findings`.
std::vector<Candidate> choose(const HostRoots& roots, std::vector<SensorFinding>& findings) {
  std::vector<Candidate> chosen;
  for (PowercapZone& zone : list_powercap_zones(roots)) {  // doors by MSR come first
    Candidate candidate(std::move(zone));
    const bool readable = candidate.status == ReadStatus::ok;
    if (const std::string why = left_out(candidate.zone); !why.empty() && readable) {
      findings.push_back({.name = name_of(candidate.zone), .readable = true, .reason = why});
      continue;
    }
    if (!readable || !candidate.zone.part) {
      findings.push_back(unreadable(candidate));
      if (readable) {
        findings.back().reason = candidate.zone.folder + "/name: cannot be read";
      }
      continue;
    }
    const auto same = std::find_if(chosen.begin(), chosen.end(), [&](const Candidate& other) {
      return same_counter(other.zone, candidate.zone);
    });
    if (same != chosen.end()) {
      findings.push_back({.name = name_of(candidate.zone),
                          .readable = true,
                          .reason = "the same counter as " + name_of(same->zone)});
      continue;
    }
    chosen.push_back(std::move(candidate));
  }
  return chosen;
}

/// Sockets that have no counter: the sum would be short of them.
void note_missing_packages(const CpuFacts& cpu, const std::vector<EnergyChannel>& channels,
                           std::vector<SensorFinding>& findings) {
  std::set<int> missing;
  for (const CpuPlace& place : cpu.places) {
    missing.insert(place.package);
  }
  bool any = false;
  for (const EnergyChannel& channel : channels) {
    if (channel.part == EnergyPart::package) {
      any = true;
      missing.erase(channel.package.value_or(-1));
    }
  }
  for (const int package : missing) {
    const std::string name = concat("powercap:package-", package);
    const bool named = std::any_of(findings.begin(), findings.end(), [&](const auto& finding) {
      return finding.name == name && !finding.readable;
    });
    if (any && !named) {
      findings.push_back({.name = name, .reason = "this socket has no zone"});
    }
  }
}

SensorFinding none_here(const HostRoots& roots, const CpuFacts& cpu) {
  SensorFinding finding{.name = "powercap"};
  finding.reason = roots.sys + "/class/powercap has no intel-rapl zone";
  if (cpu.virtual_machine) {
    finding.reason += "; this is a virtual machine";
    finding.fix = "measure on the machine that it runs on";
  } else if (cpu.vendor == "GenuineIntel" || cpu.vendor == "AuthenticAMD") {
    finding.fix = "modprobe intel_rapl_msr (AMD since Linux 5.8)";
  }
  return finding;
}

}  // namespace

FoundSensor find_powercap(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                          const Pause& pause) {
  FoundSensor found;
  std::vector<Candidate> chosen = choose(roots, found.findings);
  if (chosen.empty()) {
    if (found.findings.empty()) {
      found.findings.push_back(none_here(roots, cpu));
    }
    return found;
  }
  const bool has_dram = std::any_of(chosen.begin(), chosen.end(), [](const Candidate& each) {
    return each.zone.part == EnergyPart::dram;
  });
  std::vector<FileChannel> files;
  files.reserve(chosen.size());
  for (Candidate& each : chosen) {
    files.push_back({channel_of(each.zone, counter_gain(cpu, has_dram)), std::move(each.file)});
  }
  auto sensor = std::make_unique<FileSensor>("powercap", std::move(files), clock);
  const std::vector<EnergyChannel> channels(sensor->channels().begin(), sensor->channels().end());
  note_missing_packages(cpu, channels, found.findings);
  const auto mirrors = mirrored_packages(*sensor, pause);
  std::vector<std::size_t> keep;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (mirrors[i]) {
      found.findings.push_back({.name = channels[i].name,
                                .readable = true,
                                .reason = "mirrors " + channels[*mirrors[i]].name});
      continue;
    }
    keep.push_back(i);
    found.findings.push_back({.name = channels[i].name, .readable = true, .used = true});
  }
  found.sensor = select_channels(std::move(sensor), std::move(keep));
  return found;
}

}  // namespace evolt
