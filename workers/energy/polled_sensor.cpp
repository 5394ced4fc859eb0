#include "workers/energy/polled_sensor.hpp"

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr double kPeriodsUntilStale = 3;

class PolledSensor final : public EnergySensor {
 public:
  PolledSensor(Seconds period, std::unique_ptr<EnergySensor> inner, const Clock& clock)
      : period_(period),
        inner_(std::move(inner)),
        clock_(clock),
        channels_(inner_->channels().begin(), inner_->channels().end()),
        last_(channels_.size()) {
    inner_->read(last_);  // so that nobody meets a meter without an answer
    thread_ = std::thread([this] { ask_again(); });
  }
  ~PolledSensor() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  std::string_view name() const override { return inner_->name(); }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == channels_.size());
    const Seconds now = clock_.now();
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < readings.size(); ++i) {
      readings[i] = last_[i];
      if (readings[i].status == ReadStatus::ok &&
          now - readings[i].taken > period_ * kPeriodsUntilStale) {
        readings[i].status = ReadStatus::stale;
      }
    }
  }

 private:
  void ask_again() {
    std::vector<ChannelReading> fresh(channels_.size());
    std::unique_lock lock(mutex_);
    const std::chrono::duration<double> period(period_.value);
    while (!wake_.wait_for(lock, period, [this] { return ending_; })) {
      lock.unlock();
      inner_->read(fresh);
      lock.lock();
      last_ = fresh;
    }
  }

  const Seconds period_;
  const std::unique_ptr<EnergySensor> inner_;
  const Clock& clock_;
  const std::vector<EnergyChannel> channels_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::vector<ChannelReading> last_;
  bool ending_ = false;

  std::thread thread_;
};

}  // namespace

std::unique_ptr<EnergySensor> poll_each(Seconds period, std::unique_ptr<EnergySensor> sensor,
                                        const Clock& clock) {
  return std::make_unique<PolledSensor>(period, std::move(sensor), clock);
}

}  // namespace evolt
