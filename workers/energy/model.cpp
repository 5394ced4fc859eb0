#include "workers/energy/model.hpp"

#include "workers/energy/cpu_tdp.hpp"
#include "workers/energy/host_file.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kThreadsOfCore = 2;
constexpr Seconds kTick{0.01};

/// Watts of the processors at full load.
double full_power(const CpuFacts& cpu, const ModelOptions& options,
                  const std::optional<CpuTdp>& row) {
  if (options.tdp) {
    return options.tdp->value * cpu.packages();
  }
  const double whole = row->watts.value * cpu.packages();
  if (!cpu.virtual_machine || cpu.places.empty()) {
    return whole;
  }
  const double threads = static_cast<double>(row->cores) * kThreadsOfCore;
  return std::min(whole, row->watts.value * static_cast<double>(cpu.places.size()) / threads);
}

/// Gigabytes of /proc/meminfo; 0: not told.
double memory_of(const HostRoots& roots) {
  const std::string text = text_in(roots.proc + "/meminfo").value_or("");
  for (const std::string_view line : split(text, '\n')) {
    constexpr std::string_view kKey = "MemTotal:";
    if (line.starts_with(kKey)) {
      return read_whole<double>(strip(line.substr(kKey.size())), false).value_or(0) * 1024 / 1e9;
    }
  }
  return 0;
}

class ModelSensor final : public EnergySensor {
 public:
  ModelSensor(HostFile stat, double idle, double full, double exponent, double memory,
              const Clock& clock)
      : stat_(std::move(stat)),
        idle_(idle),
        full_(full),
        exponent_(exponent),
        memory_(memory),
        clock_(clock) {
    const EnergyChannel base{.unit = 1e-6, .step = kTick, .gain = 0.5, .label = EnergyLabel::model};
    channels_.push_back(base);
    channels_.back().name = "model:cpu";
    channels_.back().part = EnergyPart::package;
    channels_.back().most = Watts{full_};
    if (memory_ > 0) {
      channels_.push_back(base);
      channels_.back().name = "model:memory";
      channels_.back().part = EnergyPart::dram;
      channels_.back().most = Watts{memory_};
    }
  }

  std::string_view name() const override { return "model"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == channels_.size());
    const Seconds before = clock_.now();
    const ReadStatus status = advance(before);
    const Seconds after = clock_.now();
    for (std::size_t i = 0; i < readings.size(); ++i) {
      readings[i] = {.status = status,
                     .raw = static_cast<std::uint64_t>(joules_[i] * 1e6),
                     .taken = at_,
                     .half_width = (after - before) / 2};
    }
  }

  /// Adds what was used since the last whole tick of every processor.
  ReadStatus advance(Seconds now) {
    std::string_view text;
    if (const ReadStatus status = stat_.read(text); status != ReadStatus::ok) {
      return status;
    }
    const std::optional<CpuTicks> ticks = read_cpu_ticks(text);
    if (!ticks) {
      return ReadStatus::suspect;
    }
    if (last_ && ticks->total <= last_->total) {
      return ReadStatus::ok;  // no tick since
    }
    if (last_) {
      const double time = (now - at_).value;
      const double busy = static_cast<double>(ticks->busy) - static_cast<double>(last_->busy);
      const auto total = static_cast<double>(ticks->total - last_->total);
      const double load = std::clamp(busy / total, 0.0, 1.0);
      joules_[0] += (idle_ + (full_ - idle_) * std::pow(load, exponent_)) * time;
      joules_[1] += memory_ * time;
    }
    last_ = ticks;
    at_ = now;
    return ReadStatus::ok;
  }

 private:
  HostFile stat_;
  const double idle_;
  const double full_;
  const double exponent_;
  const double memory_;
  const Clock& clock_;
  std::vector<EnergyChannel> channels_;
  std::array<double, 2> joules_{};
  std::optional<CpuTicks> last_;
  Seconds at_;
};

}  // namespace

std::optional<CpuTicks> read_cpu_ticks(std::string_view stat) {
  const std::string_view line = split(stat, '\n').front();
  constexpr std::string_view kKey = "cpu ";
  if (!line.starts_with(kKey)) {
    return std::nullopt;
  }
  std::vector<std::uint64_t> ticks;
  for (const std::string_view word : split(strip(line.substr(kKey.size())), ' ')) {
    const auto number = read_whole<std::uint64_t>(word);
    if (!number) {
      return std::nullopt;
    }
    ticks.push_back(*number);
  }
  if (ticks.size() < 8) {
    return std::nullopt;
  }
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are within user and nice.
  const std::uint64_t idle = ticks[3] + ticks[4];
  const std::uint64_t busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
  return CpuTicks{.busy = busy, .total = busy + idle};
}

FoundSensor find_model(const HostRoots& roots, const CpuFacts& cpu, const Clock& clock,
                       const ModelOptions& options) {
  FoundSensor found;
  SensorFinding finding{.name = "model:cpu"};
  const std::optional<CpuTdp> row = table_tdp(cpu);
  if (!options.tdp && !row) {
    finding.reason = cpu.model_name.empty()
                         ? "the processor's name is not told, and no TDP is configured"
                         : "no TDP is known for '" + cpu.model_name + "', and none is configured";
    found.findings.push_back(std::move(finding));
    return found;
  }
  const double full = full_power(cpu, options, row);
  const double memory = memory_of(roots) * options.watts_per_gb;
  auto sensor =
      std::make_unique<ModelSensor>(HostFile(roots.proc + "/stat"), full * options.idle_share, full,
                                    options.exponent, memory, clock);
  if (const ReadStatus status = sensor->advance(clock.now()); status != ReadStatus::ok) {
    finding.reason = concat(roots.proc, "/stat: ", describe(status));
    found.findings.push_back(std::move(finding));
    return found;
  }
  for (const EnergyChannel& channel : sensor->channels()) {
    found.findings.push_back({.name = channel.name, .readable = true, .used = true});
  }
  found.sensor = std::move(sensor);
  return found;
}

}  // namespace evolt
