#include "workers/energy/gpu/amd_sensor.hpp"

#include "core/clock.hpp"
#include "workers/energy/gpu/amd_driver.hpp"
#include "workers/energy/gpu/counter_probe.hpp"
#include "workers/energy/host_file.hpp"
#include "workers/text.hpp"

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace evolt {
namespace {

constexpr double kGain = 0.05;
constexpr double kPowerUnit = 1e-3;  // what we count watts in
constexpr Seconds kPowerStep{1};     // the firmware's average is over up to a second
constexpr double kAgree = 0.3;

struct Card {
  std::size_t index = 0;
  bool counter = false;
  bool has_power = false;
  double resolution = 0;  // microjoules, as it was at the start
  PowerCrossCheck check;
  EnergyChannel channel;
  CounterStep step;
  ReadStatus energy_status = ReadStatus::not_supported;
  ReadStatus power_status = ReadStatus::not_supported;
  Watts power;
};

class AmdSensor final : public EnergySensor {
 public:
  explicit AmdSensor(std::unique_ptr<AmdLibrary> library) : library_(std::move(library)) {}

  AmdLibrary& library() { return *library_; }
  std::string_view name() const override { return "amd_gpu"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void add(Card card) {
    channels_.push_back(card.channel);
    cards_.push_back(std::move(card));
  }

  void read(std::span<ChannelReading> readings) override {
    for (std::size_t i = 0; i < cards_.size(); ++i) {
      const Seconds before = clock_.now();
      ChannelReading reading;
      reading.status =
          cards_[i].counter ? read_counter(cards_[i], reading) : read_power(cards_[i], reading);
      const Seconds after = clock_.now();
      reading.taken = {(before.value + after.value) / 2};
      reading.half_width = {(after.value - before.value) / 2};
      if (reading.status == ReadStatus::ok && cards_[i].counter) {
        reading.status = checked(cards_[i], reading);
      } else {
        cards_[i].check.miss();
      }
      readings[i] = reading;
    }
  }

 private:
  ReadStatus read_counter(const Card& card, ChannelReading& reading) {
    AmdCounter counter;
    const ReadStatus status = library_->energy(card.index, counter);
    reading.raw = counter.raw;
    if (status == ReadStatus::ok) {
      reading.device_taken = Seconds{static_cast<double>(counter.device_ns) * 1e-9};
    }
    // Counts of another size cannot be added to those before.
    return status == ReadStatus::ok && counter.resolution != card.resolution ? ReadStatus::suspect
                                                                             : status;
  }

  ReadStatus read_power(const Card& card, ChannelReading& reading) {
    Watts watts;
    const ReadStatus status = library_->power(card.index, watts);
    reading.raw = static_cast<std::uint64_t>(std::llround(watts.value / kPowerUnit));
    return status;
  }

  ReadStatus checked(Card& card, const ChannelReading& reading) {
    if (!card.has_power) {
      return ReadStatus::ok;
    }
    Watts watts;
    if (library_->power(card.index, watts) != ReadStatus::ok) {
      card.check.miss();
    } else {
      card.check.add(reading.taken, {static_cast<double>(reading.raw) * card.channel.unit}, watts);
    }
    return card.check.disagrees() ? ReadStatus::suspect : ReadStatus::ok;
  }

  SystemClock clock_;
  std::unique_ptr<AmdLibrary> library_;
  std::vector<Card> cards_;
  std::vector<EnergyChannel> channels_;
};

Card ask(AmdLibrary& library, const AmdDevice& device, const AmdOptions& options) {
  Card card;
  card.index = device.index;
  card.check = PowerCrossCheck(options.check);
  AmdCounter counter;
  card.energy_status = library.energy(device.index, counter);
  card.resolution = counter.resolution;
  if (card.energy_status == ReadStatus::ok && !(counter.resolution > 0)) {
    card.energy_status = ReadStatus::suspect;
  }
  card.power_status = library.power(device.index, card.power);
  card.has_power = card.power_status == ReadStatus::ok;
  card.channel.name = amd_channel(device.gpu.uuid);
  card.channel.part = EnergyPart::gpu;
  card.channel.device = device.gpu.uuid;
  card.channel.gain = kGain;
  PowerLimits limits;
  if (library.limits(device.index, limits) == ReadStatus::ok) {
    card.channel.most = limits.most.value_or(limits.current.value_or(Watts{}));
  }
  return card;
}

void probe(AmdLibrary& library, std::vector<Card>& cards, Seconds longest) {
  const SystemClock clock;
  const auto read = [&] {
    std::vector<std::optional<std::uint64_t>> values;
    for (const Card& card : cards) {
      AmdCounter counter;
      const bool answers = card.energy_status == ReadStatus::ok &&
                           library.energy(card.index, counter) == ReadStatus::ok;
      values.push_back(answers ? std::optional(counter.raw) : std::nullopt);
    }
    return values;
  };
  const std::vector<CounterStep> steps = probe_steps(
      read, clock, longest, [] { std::this_thread::sleep_for(std::chrono::microseconds(200)); });
  for (std::size_t i = 0; i < cards.size(); ++i) {
    cards[i].step = steps[i];
  }
}

/// Why its counter is not to be trusted; empty: it is.
std::string fault_of(const Card& card) {
  if (card.energy_status != ReadStatus::ok) {
    return concat("counter of energy: ", describe(card.energy_status));
  }
  if (!card.step.moved) {
    return "its counter of energy stands still";
  }
  if (!card.has_power || card.step.between.value <= 0) {
    return {};
  }
  const double rate = card.step.counts * card.resolution * 1e-6 / card.step.between.value;
  if (std::abs(rate - card.power.value) > kAgree * card.power.value) {
    return concat("its counter of energy says ", std::round(rate), " W, its power ",
                  card.power.value, " W");
  }
  return {};
}

/// Settles how a card is read; false where it cannot be.
bool settle(Card& card, SensorFinding& finding) {
  const std::string fault = fault_of(card);
  card.counter = fault.empty();
  if (!card.counter && !card.has_power) {
    finding.reason = concat(fault, "; power: ", describe(card.power_status));
    return false;
  }
  EnergyChannel& channel = card.channel;
  channel.kind = card.counter ? EnergyChannel::Kind::energy : EnergyChannel::Kind::power;
  channel.unit = card.counter ? card.resolution * 1e-6 : kPowerUnit;
  channel.step = card.counter ? card.step.step : kPowerStep;
  channel.label = card.counter ? EnergyLabel::counter_exclusive : EnergyLabel::sampled;
  finding.reason = card.counter ? "" : fault + "; its power is sampled instead";
  finding.readable = finding.used = true;
  return true;
}

FoundSensor find_now(const AmdOptions& options) {
  FoundSensor found;
  absl::StatusOr<std::unique_ptr<AmdLibrary>> opened =
      open_amd_library(options.amd_smi, options.rocm_smi);
  if (!opened.ok()) {
    found.findings.push_back(
        {.name = "amd_gpu",
         .reason = std::string(opened.status().message()),
         .fix = absl::IsNotFound(opened.status())
                    ? ""
                    : "load the driver amdgpu, and join the groups render and video"});
    return found;
  }
  auto sensor = std::make_unique<AmdSensor>(*std::move(opened));
  std::vector<Card> cards;
  for (const AmdDevice& device : amd_devices(sensor->library())) {
    if (device.gpu.metered_by.empty()) {
      cards.push_back(ask(sensor->library(), device, options));
    } else {
      found.findings.push_back({.name = amd_channel(device.gpu.uuid),
                                .reason = concat("the second half of a card that ",
                                                 device.gpu.metered_by, " measures")});
    }
  }
  probe(sensor->library(), cards, options.probe);
  for (Card& card : cards) {
    SensorFinding finding{.name = card.channel.name};
    if (settle(card, finding)) {
      sensor->add(std::move(card));
    }
    found.findings.push_back(std::move(finding));
  }
  if (!sensor->channels().empty()) {
    found.sensor = std::move(sensor);
  }
  return found;
}

}  // namespace

std::string amd_channel(const std::string& uuid) {
  return concat("amd_gpu:", uuid);
}

FoundSensor find_amd(const AmdOptions& options) {
  return watched(
      "amd_gpu", [options] { return find_now(options); }, options.patience);
}

}  // namespace evolt
