#include "workers/energy/gpu/nvml_sensor.hpp"

#include "core/clock.hpp"
#include "workers/energy/gpu/counter_probe.hpp"
#include "workers/energy/gpu/nvml_library.hpp"
#include "workers/text.hpp"

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace evolt {
namespace {

using namespace nvml_code;

constexpr double kGain = 0.05;  // of NVML's counter and power alike
constexpr Seconds kAverage{1};  // what its power is averaged over, GA100 and older excepted
constexpr Seconds kInstant{0.1};

struct Gpu {
  std::string uuid;
  NvmlDevice device = nullptr;
  bool counter = false;    // read its counter, not its power
  bool has_power = false;  // which the counter is compared with
  Seconds tried;           // to find it again
  PowerCrossCheck check;
};

class NvmlSensor final : public EnergySensor {
 public:
  NvmlSensor(std::unique_ptr<NvmlLibrary> library, Seconds retry)
      : library_(std::move(library)), retry_(retry) {}

  std::string_view name() const override { return "nvml"; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  const NvmlLibrary& library() const { return *library_; }

  void add(Gpu gpu, EnergyChannel channel) {
    gpus_.push_back(std::move(gpu));
    channels_.push_back(std::move(channel));
  }

  void read(std::span<ChannelReading> readings) override {
    for (std::size_t i = 0; i < gpus_.size(); ++i) {
      readings[i] = read_one(gpus_[i]);
    }
  }

 private:
  ChannelReading read_one(Gpu& gpu) {
    ChannelReading reading;
    const Seconds before = clock_.now();
    const int code = read_raw(gpu, reading.raw);
    const Seconds after = clock_.now();
    reading.taken = {(before.value + after.value) / 2};
    reading.half_width = {(after.value - before.value) / 2};
    reading.status = status_of_nvml(code);
    if (reading.status == ReadStatus::ok) {
      reading.status = checked(gpu, reading);
    } else {
      gpu.check.miss();
      if (reading.status == ReadStatus::gone) {
        look_again(gpu, code, after);
      }
    }
    return reading;
  }

  int read_raw(const Gpu& gpu, std::uint64_t& raw) const {
    if (gpu.counter) {
      unsigned long long millijoules = 0;
      const int code = library_->total_energy(gpu.device, millijoules);
      raw = millijoules;
      return code;
    }
    unsigned milliwatts = 0;
    const int code = library_->power_usage(gpu.device, milliwatts);
    raw = milliwatts;
    return code;
  }

  ReadStatus checked(Gpu& gpu, const ChannelReading& reading) {
    unsigned milliwatts = 0;
    if (!gpu.counter || !gpu.has_power) {
      return ReadStatus::ok;
    }
    if (library_->power_usage(gpu.device, milliwatts) != kSuccess) {
      gpu.check.miss();
    } else {
      gpu.check.add(reading.taken, {static_cast<double>(reading.raw) / 1000},
                    {milliwatts / 1000.0});
    }
    return gpu.check.disagrees() ? ReadStatus::suspect : ReadStatus::ok;
  }

  /// A driver that was loaded anew wants the library initialised anew; every handle is void then.
  void look_again(Gpu& gpu, int code, Seconds now) {
    if (now.value - gpu.tried.value < retry_.value) {
      return;
    }
    gpu.tried = now;
    if (code == kUninitialized || code == kDriverNotLoaded || code == kUnknown) {
      if (library_->restart() != kSuccess) {
        return;
      }
      for (Gpu& other : gpus_) {
        library_->device_by_uuid(other.uuid, other.device);
      }
    } else {
      library_->device_by_uuid(gpu.uuid, gpu.device);
    }
  }

  SystemClock clock_;
  std::unique_ptr<NvmlLibrary> library_;
  Seconds retry_;
  std::vector<Gpu> gpus_;
  std::vector<EnergyChannel> channels_;
};

/// What a GPU says before it is decided how to read it.
struct Candidate {
  Gpu gpu;
  EnergyChannel channel;
  int energy_code = kFunctionNotFound;
  int power_code = kFunctionNotFound;
  unsigned power = 0;  // mW
  CounterStep step;
};

Watts most_of(const NvmlLibrary& library, NvmlDevice device) {
  unsigned least = 0;
  unsigned most = 0;
  if (library.limit_range(device, least, most) == kSuccess) {
    return {most / 1000.0};
  }
  if (library.default_limit(device, most) == kSuccess ||
      library.power_limit(device, most) == kSuccess) {
    return {most / 1000.0};
  }
  return {};
}

std::optional<double> power_of_scope(const NvmlLibrary& library, NvmlDevice device,
                                     unsigned scope) {
  NvmlFieldValue value{.field = nvml_field::kPowerInstant, .scope = scope};
  if (library.field(device, value) != kSuccess || value.as_unsigned == 0) {
    return std::nullopt;
  }
  return value.as_unsigned / 1000.0;
}

/// Whether the counter covers a whole superchip. Only those have a power of the module; where that
/// of the GPU alone is known too, the counter is of what its own rate is closer to, and of the
/// module in case of doubt, for then nothing is counted twice.
bool covers_module(const NvmlLibrary& library, NvmlDevice device, std::optional<double> rate) {
  const auto module = power_of_scope(library, device, nvml_field::kScopeModule);
  if (!module) {
    return false;
  }
  const auto gpu = power_of_scope(library, device, nvml_field::kScopeGpu);
  if (!gpu || !rate) {
    return true;
  }
  return std::abs(*rate - *module) <= 2 * std::abs(*rate - *gpu);
}

/// What its power is averaged over. Source: NVML API reference, nvmlDeviceGetPowerUsage.
Seconds power_step(const NvmlLibrary& library, NvmlDevice device) {
  unsigned generation = 0;
  int major = 0;
  int minor = 0;
  if (library.architecture(device, generation) != kSuccess) {
    return kAverage;
  }
  const bool ga100 =
      library.compute_capability(device, major, minor) == kSuccess && major == 8 && minor == 0;
  return generation < nvml_arch::kAmpere || ga100 ? kInstant : kAverage;
}

Candidate ask(const NvmlLibrary& library, unsigned index, const NvmlOptions& options,
              std::string& trouble) {
  Candidate one;
  one.gpu.check = PowerCrossCheck(options.check);
  int code = library.device_at(index, one.gpu.device);
  if (code == kSuccess) {
    code = library.uuid(one.gpu.device, one.gpu.uuid);
  }
  if (code != kSuccess) {
    trouble = library.describe(code);
    return one;
  }
  unsigned long long millijoules = 0;
  one.energy_code = library.total_energy(one.gpu.device, millijoules);
  one.power_code = library.power_usage(one.gpu.device, one.power);
  one.gpu.has_power = one.power_code == kSuccess;
  one.channel.name = nvml_channel(one.gpu.uuid);
  one.channel.part = EnergyPart::gpu;
  one.channel.device = one.gpu.uuid;
  one.channel.unit = 1e-3;
  one.channel.most = most_of(library, one.gpu.device);
  one.channel.gain = kGain;
  return one;
}

void probe(const NvmlLibrary& library, std::vector<Candidate>& candidates, Seconds longest) {
  const SystemClock clock;
  const auto read = [&] {
    std::vector<std::optional<std::uint64_t>> values;
    for (const Candidate& one : candidates) {
      unsigned long long millijoules = 0;
      const bool answers = one.energy_code == kSuccess &&
                           library.total_energy(one.gpu.device, millijoules) == kSuccess;
      values.push_back(answers ? std::optional<std::uint64_t>(millijoules) : std::nullopt);
    }
    return values;
  };
  const std::vector<CounterStep> steps = probe_steps(
      read, clock, longest, [] { std::this_thread::sleep_for(std::chrono::microseconds(200)); });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].step = steps[i];
  }
}

std::string why_no_counter(const NvmlLibrary& library, const Candidate& one) {
  return one.energy_code == kSuccess
             ? "its counter of energy stands still"
             : concat("counter of energy: ", library.describe(one.energy_code));
}

/// Settles how a GPU is read; false where it cannot be.
bool settle(const NvmlLibrary& library, Candidate& one, SensorFinding& finding) {
  std::optional<double> rate;
  if (one.step.between.value > 0) {
    rate = one.step.counts * one.channel.unit / one.step.between.value;
  }
  one.channel.part =
      covers_module(library, one.gpu.device, rate) ? EnergyPart::module : EnergyPart::gpu;
  if (one.energy_code == kSuccess && one.step.moved) {
    one.gpu.counter = true;
    one.channel.kind = EnergyChannel::Kind::energy;
    one.channel.step = one.step.step;
    one.channel.label = EnergyLabel::counter_exclusive;
    finding.readable = finding.used = true;
    return true;
  }
  finding.reason = why_no_counter(library, one);
  if (one.power_code != kSuccess) {
    finding.reason += concat("; power: ", library.describe(one.power_code));
    return false;
  }
  finding.reason += "; its power is sampled instead";
  one.channel.kind = EnergyChannel::Kind::power;
  one.channel.step = power_step(library, one.gpu.device);
  one.channel.label = EnergyLabel::sampled;
  finding.readable = finding.used = true;
  return true;
}

FoundSensor find_now(const NvmlOptions& options) {
  FoundSensor found;
  absl::StatusOr<std::unique_ptr<NvmlLibrary>> opened = NvmlLibrary::open(options.library);
  if (!opened.ok()) {
    found.findings.push_back(
        {.name = "nvml",
         .reason = std::string(opened.status().message()),
         .fix = opened.status().code() == absl::StatusCode::kNotFound
                    ? ""
                    : "load the NVIDIA driver (nvidia-smi tells more); in a container, ask for the "
                      "capability 'utility' (NVIDIA_DRIVER_CAPABILITIES)"});
    return found;
  }
  auto sensor = std::make_unique<NvmlSensor>(*std::move(opened), options.retry);
  const NvmlLibrary& library = sensor->library();
  unsigned count = 0;
  if (const int code = library.device_count(count); code != kSuccess) {
    found.findings.push_back({.name = "nvml", .reason = library.describe(code)});
    return found;
  }
  std::vector<Candidate> candidates;
  for (unsigned i = 0; i < count; ++i) {
    std::string trouble;
    Candidate one = ask(library, i, options, trouble);
    if (trouble.empty()) {
      candidates.push_back(std::move(one));
    } else {
      found.findings.push_back({.name = concat("nvml:", i), .reason = trouble});
    }
  }
  probe(library, candidates, options.probe);
  for (Candidate& one : candidates) {
    SensorFinding finding{.name = one.channel.name};
    if (settle(library, one, finding)) {
      sensor->add(std::move(one.gpu), std::move(one.channel));
    }
    found.findings.push_back(std::move(finding));
  }
  if (!sensor->channels().empty()) {
    found.sensor = std::move(sensor);
  }
  return found;
}

}  // namespace

std::string nvml_channel(const std::string& uuid) {
  return concat("nvml:", uuid);
}

FoundSensor find_nvml(const NvmlOptions& options) {
  return watched(
      "nvml", [options] { return find_now(options); }, options.patience);
}

}  // namespace evolt
