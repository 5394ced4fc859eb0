#include "workers/energy/perf.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/powercap_zones.hpp"
#include "workers/energy/timed_read.hpp"
#include "workers/text.hpp"

#include <absl/strings/numbers.h>

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace evolt {
namespace {

struct Domain {
  std::string_view event;
  EnergyPart part;
  std::string_view name;
};

// energy-gpu is the graphics within a package.
constexpr Domain kDomains[] = {{"energy-pkg", EnergyPart::package, "package"},
                               {"energy-ram", EnergyPart::dram, "dram"},
                               {"energy-psys", EnergyPart::platform, "psys"},
                               {"energy-cores", EnergyPart::core, "core"},
                               {"energy-gpu", EnergyPart::uncore, "uncore"}};

std::string folder_of(const HostRoots& roots) {
  return roots.sys + "/bus/event_source/devices/power";
}

/// What the PMU's files say of one domain.
struct EventFacts {
  std::uint64_t config = 0;
  double joules = 0;  ///< of one count
};

/// The number of `event=0x02`; nullopt: it is more than that, which we would get wrong.
std::optional<std::uint64_t> read_event(std::string_view text) {
  constexpr std::string_view kKey = "event=0x";
  if (!text.starts_with(kKey)) {
    return std::nullopt;
  }
  text.remove_prefix(kKey.size());
  std::uint64_t config = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), config, 16);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(config)
                                                                  : std::nullopt;
}

/// Errors: `why` says what the files lack.
std::optional<EventFacts> read_facts(const std::string& path, std::string& why) {
  EventFacts facts;
  const auto event = read_event(text_in(path).value_or(""));
  if (!event) {
    why = path + ": is not of the form event=0xNN";
    return std::nullopt;
  }
  facts.config = *event;
  const std::string scale = text_in(path + ".scale").value_or("");
  if (!absl::SimpleAtod(scale, &facts.joules) || !(facts.joules > 0 && facts.joules <= 1)) {
    why = path + ".scale: is no scale";
    return std::nullopt;
  }
  if (text_in(path + ".unit") != "Joules") {
    why = path + ".unit: is not Joules";
    return std::nullopt;
  }
  return facts;
}

struct Opened {
  EnergyChannel channel;
  std::unique_ptr<PerfCounter> counter;
};

class PerfSensor final : public EnergySensor {
 public:
  PerfSensor(std::vector<Opened> opened, const Clock& clock) : clock_(clock) {
    for (Opened& each : opened) {
      channels_.push_back(std::move(each.channel));
      counters_.push_back(std::move(each.counter));
    }
  }

  std::string_view name() const override { return "perf"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == counters_.size());
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      read_timed(clock_, readings[i], [&](std::uint64_t& raw) { return counters_[i]->read(raw); });
    }
  }

 private:
  std::vector<EnergyChannel> channels_;
  std::vector<std::unique_ptr<PerfCounter>> counters_;
  const Clock& clock_;
};

SensorFinding refused(const HostRoots& roots, std::string name, int error) {
  SensorFinding finding{.name = std::move(name)};
  finding.reason = concat("perf_event_open: ", describe(status_of_errno(error)));
  if (status_of_errno(error) == ReadStatus::no_permission) {
    const auto level = text_in(roots.proc + "/sys/kernel/perf_event_paranoid");
    finding.reason += level ? " (kernel.perf_event_paranoid is " + *level + ")"
                            : " (kernel.perf_event_paranoid cannot be read)";
    finding.fix =
        "setcap cap_perfmon+ep $(command -v evolt)\n"
        "or for everyone: sysctl kernel.perf_event_paranoid=0\n"
        "in a container also: --cap-add PERFMON, and a seccomp profile that allows "
        "perf_event_open";
  }
  return finding;
}

/// Opens the events of one PMU, one domain after the other.
class Search {
 public:
  Search(const HostRoots& roots, const CpuFacts& cpu, PerfOpener& opener,
         std::vector<SensorFinding>& findings)
      : roots_(roots),
        cpu_(cpu),
        opener_(opener),
        findings_(findings),
        zones_(list_powercap_zones(roots)) {}

  std::vector<Opened> run() {
    const auto type = number_in(folder_of(roots_) + "/type");
    const auto cpus = read_cpu_list(text_in(folder_of(roots_) + "/cpumask").value_or(""));
    if (!type || !cpus || cpus->empty()) {
      findings_.push_back(
          {.name = "perf",
           .reason = folder_of(roots_) + ": its type or its cpumask is unreadable"});
      return {};
    }
    for (const Domain& domain : kDomains) {
      const std::string path = concat(folder_of(roots_), "/events/", domain.event);
      if (!text_in(path)) {
        continue;
      }
      std::string why;
      const std::optional<EventFacts> facts = read_facts(path, why);
      if (!facts) {
        findings_.push_back({.name = concat("perf:", domain.name), .reason = why});
        continue;
      }
      for (const int number : *cpus) {
        open(domain, *facts, {static_cast<std::uint32_t>(*type), facts->config, number});
        if (domain.part == EnergyPart::platform) {
          break;  // one wire for the whole board, seen from every socket
        }
      }
    }
    return std::move(opened_);
  }

 private:
  void open(const Domain& domain, const EventFacts& facts, const PerfEvent& event) {
    const auto place = std::find_if(cpu_.places.begin(), cpu_.places.end(),
                                    [&](const CpuPlace& each) { return each.cpu == event.cpu; });
    const bool platform = domain.part == EnergyPart::platform;
    std::string name = concat("perf:", domain.name);
    if (!platform && place == cpu_.places.end()) {
      findings_.push_back({.name = concat(name, "-of-cpu-", event.cpu),
                           .reason = "the socket of this processor is not known"});
      return;
    }
    if (!platform) {
      name += concat("-", place->package);
      name += place->die > 0 ? concat("-die-", place->die) : "";
      if (cpu_.vendor != "GenuineIntel" && has(domain.part, place->package)) {
        findings_.push_back({.name = std::move(name),
                             .readable = true,
                             .reason = concat("mirrors perf:", domain.name, "-", place->package)});
        return;
      }
    }
    int error = 0;
    std::unique_ptr<PerfCounter> counter = opener_.open(event, error);
    if (!counter) {
      findings_.push_back(refused(roots_, std::move(name), error));
      return;
    }
    if (domain.part == EnergyPart::core || domain.part == EnergyPart::uncore) {
      findings_.push_back({.name = std::move(name),
                           .readable = true,
                           .reason = concat("within package-", place->package)});
      return;
    }
    EnergyChannel channel{.name = std::move(name), .part = domain.part};
    channel.package = platform ? std::nullopt : std::optional(place->package);
    channel.unit = facts.joules;
    channel.most = highest_power(zones_, domain.part, channel.package);
    channel.step = Seconds{0.001};
    channel.label = EnergyLabel::counter_exclusive;
    opened_.push_back({std::move(channel), std::move(counter)});
  }

  /// Processors other than Intel's have one counter for all dies of a socket, though kernels before
  /// 6.10 show it once a die. Counters of perf begin at 0, so their values would not tell.
  bool has(EnergyPart part, int package) const {
    return std::any_of(opened_.begin(), opened_.end(), [&](const Opened& each) {
      return each.channel.part == part && each.channel.package == package;
    });
  }

  const HostRoots& roots_;
  const CpuFacts& cpu_;
  PerfOpener& opener_;
  std::vector<SensorFinding>& findings_;
  std::vector<PowercapZone> zones_;
  std::vector<Opened> opened_;
};

}  // namespace

std::optional<std::set<EnergyPart>> perf_parts(const HostRoots& roots) {
  const std::vector<std::string> events = names_in(folder_of(roots) + "/events");
  if (events.empty()) {
    return std::nullopt;
  }
  std::set<EnergyPart> parts;
  for (const Domain& domain : kDomains) {
    if (std::find(events.begin(), events.end(), domain.event) != events.end()) {
      parts.insert(domain.part);
    }
  }
  return parts;
}

FoundSensor find_perf(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                      PerfOpener* opener) {
  FoundSensor found;
  if (!perf_parts(roots)) {
    found.findings.push_back({.name = "perf", .reason = folder_of(roots) + " is not there"});
    return found;
  }
  if (opener == nullptr) {
    found.findings.push_back({.name = "perf", .reason = "not tried: only files are looked at"});
    return found;
  }
  std::vector<Opened> opened = Search(roots, cpu, *opener, found.findings).run();
  if (opened.empty()) {
    return found;
  }
  const bool has_dram = std::any_of(opened.begin(), opened.end(), [](const Opened& each) {
    return each.channel.part == EnergyPart::dram;
  });
  for (Opened& each : opened) {
    each.channel.gain = counter_gain(cpu, has_dram);
  }
  for (const Opened& each : opened) {
    found.findings.push_back({.name = each.channel.name, .readable = true, .used = true});
  }
  found.sensor = std::make_unique<PerfSensor>(std::move(opened), clock);
  return found;
}

}  // namespace evolt
