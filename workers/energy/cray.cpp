#include "workers/energy/cray.hpp"

#include "workers/energy/host_tree.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace evolt {
namespace {

constexpr int kTries = 10;
constexpr double kScansUntilStale = 20;

/// Reads a file whose first word is a number.
ReadStatus read_counter(HostFile& file, std::uint64_t& number) {
  std::string_view text;
  if (const ReadStatus status = file.read(text); status != ReadStatus::ok) {
    return status;
  }
  const auto value = read_whole<std::uint64_t>(split(text, ' ').front());
  number = value.value_or(0);
  return value ? ReadStatus::ok : ReadStatus::suspect;
}

}  // namespace

std::optional<CrayValue> read_cray_value(std::string_view text, std::string_view unit) {
  const std::vector<std::string_view> words = split(strip(text), ' ');
  if (words.size() != 2 && words.size() != 4) {
    return std::nullopt;
  }
  const auto value = read_whole<std::uint64_t>(words[0]);
  if (!value || words[1] != unit) {
    return std::nullopt;
  }
  CrayValue found{.value = *value};
  if (words.size() == 4) {
    const auto microseconds = read_whole<std::uint64_t>(words[2]);
    if (!microseconds || words[3] != "us") {
      return std::nullopt;
    }
    found.stamp = Seconds{1e-6 * static_cast<double>(*microseconds)};
  }
  return found;
}

ReadStatus read_within_a_scan(const std::function<ReadStatus(std::uint64_t&)>& freshness,
                              const std::function<void()>& read, std::uint64_t& seen) {
  for (int i = 0; i < kTries; ++i) {
    std::uint64_t before = 0;
    if (const ReadStatus status = freshness(before); status != ReadStatus::ok) {
      return status;
    }
    read();
    if (const ReadStatus status = freshness(seen); status != ReadStatus::ok) {
      return status;
    }
    if (before == seen) {
      return ReadStatus::ok;
    }
  }
  return ReadStatus::stale;
}

CraySensor::CraySensor(const std::string& folder, std::vector<EnergyChannel> channels,
                       const std::vector<std::string>& files, Seconds scan, const Clock& clock)
    : channels_(std::move(channels)),
      freshness_(folder + "/freshness"),
      generation_(folder + "/generation"),
      startup_(folder + "/startup"),
      scan_(scan),
      clock_(clock) {
  assert(channels_.size() == files.size());
  for (const std::string& file : files) {
    files_.emplace_back(concat(folder, "/", file));
  }
}

void CraySensor::read(std::span<ChannelReading> readings) {
  assert(readings.size() == files_.size());
  std::fill(readings.begin(), readings.end(), ChannelReading{});
  const Seconds before = clock_.now();
  std::uint64_t scan = 0;
  ReadStatus status =
      read_within_a_scan([&](std::uint64_t& number) { return read_counter(freshness_, number); },
                         [&] { read_counters(readings); }, scan);
  if (status == ReadStatus::ok && standing_still(scan)) {
    status = ReadStatus::stale;
  }
  if (status == ReadStatus::ok && restarted()) {
    status = ReadStatus::gone;
  }
  note_generation();
  const Seconds after = clock_.now();
  for (ChannelReading& reading : readings) {
    reading.taken = (before + after) / 2;
    reading.half_width = (after - before) / 2;
    if (status != ReadStatus::ok) {
      reading.status = status;
    }
  }
}

void CraySensor::read_counters(std::span<ChannelReading> readings) {
  for (std::size_t k = 0; k < files_.size(); ++k) {
    std::string_view text;
    readings[k].status = files_[k].read(text);
    if (readings[k].status != ReadStatus::ok) {
      continue;
    }
    const auto value = read_cray_value(text, "J");
    readings[k].status = value ? ReadStatus::ok : ReadStatus::suspect;
    readings[k].raw = value ? value->value : 0;
    readings[k].device_taken = value ? value->stamp : std::nullopt;
  }
}

bool CraySensor::standing_still(std::uint64_t freshness) {
  const Seconds now = clock_.now();
  if (!fresh_since_ || freshness != last_freshness_) {
    last_freshness_ = freshness;
    fresh_since_ = now;
  }
  return now - *fresh_since_ > scan_ * kScansUntilStale;
}

/// Also said once when it cannot be told any more.
bool CraySensor::restarted() {
  std::uint64_t startup = 0;
  if (read_counter(startup_, startup) != ReadStatus::ok) {
    return std::exchange(last_startup_, std::nullopt).has_value();
  }
  const bool changed = last_startup_ && *last_startup_ != startup;
  last_startup_ = startup;
  return changed;
}

void CraySensor::note_generation() {
  std::uint64_t generation = 0;
  if (read_counter(generation_, generation) == ReadStatus::ok) {
    cap_changes_ += last_generation_ && *last_generation_ != generation ? 1 : 0;
    last_generation_ = generation;
  }
}

FoundSensor find_cray(const HostRoots& roots, const Clock& clock) {
  const std::string folder = roots.sys + "/cray/pm_counters";
  constexpr std::string_view kEnding = "energy";
  FoundSensor found;
  std::vector<EnergyChannel> channels;
  std::vector<std::string> files;
  const auto hertz =
      read_whole<double>(split(text_in(folder + "/raw_scan_hz").value_or(""), ' ').front());
  const Seconds scan{hertz && *hertz > 0 ? 1 / *hertz : 0.1};
  for (const std::string& file : names_in(folder)) {
    if (!file.ends_with(kEnding)) {
      continue;
    }
    EnergyChannel channel{.name = "cray:node", .part = EnergyPart::node};
    if (file != kEnding) {
      const std::string what = file.substr(0, file.size() - kEnding.size() - 1);  // `accel0_energy`
      channel.name = "cray:" + what;
      if (what.starts_with("accel")) {
        channel.part = EnergyPart::gpu;
        channel.device = what;
      } else if (what == "cpu" || what == "memory") {
        channel.part = what == "cpu" ? EnergyPart::package : EnergyPart::dram;
      } else {
        continue;
      }
    }
    std::string text;
    const ReadStatus status = read_once(concat(folder, "/", file), text);
    if (status != ReadStatus::ok || !read_cray_value(text, "J")) {
      const ReadStatus why = status == ReadStatus::ok ? ReadStatus::suspect : status;
      found.findings.push_back(
          {.name = channel.name, .reason = concat(folder, "/", file, ": ", describe(why))});
      continue;
    }
    channel.unit = 1;
    channel.step = scan;
    channel.gain = 0.05;
    channel.label = channel.part == EnergyPart::node ? EnergyLabel::node_metered
                                                     : EnergyLabel::counter_exclusive;
    found.findings.push_back({.name = channel.name, .readable = true, .used = true});
    channels.push_back(std::move(channel));
    files.push_back(file);
  }
  if (!channels.empty()) {
    auto sensor = std::make_unique<CraySensor>(folder, std::move(channels), files, scan, clock);
    found.sensor = std::move(sensor);
  }
  if (found.findings.empty()) {
    found.findings.push_back({.name = "cray", .reason = folder + " has no counters"});
  }
  return found;
}

}  // namespace evolt
