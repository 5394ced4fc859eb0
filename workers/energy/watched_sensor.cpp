#include "workers/energy/watched_sensor.hpp"

#include "core/clock.hpp"
#include "workers/energy/call_thread.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace evolt {
namespace {

/// What the thread works on, and keeps where it hangs.
struct Watched {
  FoundSensor found;
  std::vector<ChannelReading> readings;
};

class WatchedSensor final : public EnergySensor {
 public:
  WatchedSensor(std::unique_ptr<CallThread> thread, std::shared_ptr<Watched> inner,
                Seconds patience)
      : thread_(std::move(thread)),
        inner_(std::move(inner)),
        name_(inner_->found.sensor->name()),
        patience_(patience) {
    const auto channels = inner_->found.sensor->channels();
    channels_.assign(channels.begin(), channels.end());
    inner_->readings.resize(channels_.size());
  }
  WatchedSensor(const WatchedSensor&) = delete;
  WatchedSensor& operator=(const WatchedSensor&) = delete;
  ~WatchedSensor() override {
    // Closing a device may hang as reading it may.
    thread_->run([inner = std::move(inner_)] { inner->found.sensor.reset(); }, patience_);
  }

  std::string_view name() const override { return name_; }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    const Seconds asked = clock_.now();
    const auto call = [inner = inner_] { inner->found.sensor->read(inner->readings); };
    if (thread_->run(call, patience_)) {
      std::copy(inner_->readings.begin(), inner_->readings.end(), readings.begin());
      return;
    }
    const Seconds now = clock_.now();
    for (ChannelReading& reading : readings) {
      reading = {.status = ReadStatus::stale,
                 .taken = {(asked.value + now.value) / 2},
                 .half_width = {(now.value - asked.value) / 2}};
    }
  }

 private:
  SystemClock clock_;
  std::unique_ptr<CallThread> thread_;
  std::shared_ptr<Watched> inner_;  // the thread's while a call is under way
  std::string name_;
  Seconds patience_;
  std::vector<EnergyChannel> channels_;
};

}  // namespace

FoundSensor watched(const std::string& name, std::function<FoundSensor()> find, Patience patience) {
  auto thread = std::make_unique<CallThread>();
  auto inner = std::make_shared<Watched>();
  if (!thread->run([inner, find = std::move(find)] { inner->found = find(); }, patience.open)) {
    FoundSensor none;
    none.findings.push_back(
        {.name = name,
         .reason = concat("its driver has not answered for ", patience.open.value, " s"),
         .fix = "a device hangs: see dmesg; it may need a reset, or the host a restart"});
    return none;
  }
  FoundSensor found;
  found.findings = inner->found.findings;
  if (inner->found.sensor) {
    found.sensor =
        std::make_unique<WatchedSensor>(std::move(thread), std::move(inner), patience.read);
  }
  return found;
}

}  // namespace evolt
