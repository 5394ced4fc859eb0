#include "workers/energy/selected_sensor.hpp"

#include <cassert>
#include <utility>

namespace evolt {
namespace {

class SelectedSensor final : public EnergySensor {
 public:
  SelectedSensor(std::unique_ptr<EnergySensor> inner, std::vector<std::size_t> keep)
      : inner_(std::move(inner)), keep_(std::move(keep)), all_(inner_->channels().size()) {
    for (const std::size_t index : keep_) {
      assert(index < all_.size());
      channels_.push_back(inner_->channels()[index]);
    }
  }

  std::string_view name() const override { return inner_->name(); }
  std::span<const EnergyChannel> channels() const override { return channels_; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == keep_.size());
    inner_->read(all_);
    for (std::size_t i = 0; i < keep_.size(); ++i) {
      readings[i] = all_[keep_[i]];
    }
  }

 private:
  std::unique_ptr<EnergySensor> inner_;
  std::vector<std::size_t> keep_;
  std::vector<ChannelReading> all_;
  std::vector<EnergyChannel> channels_;
};

}  // namespace

std::unique_ptr<EnergySensor> select_channels(std::unique_ptr<EnergySensor> sensor,
                                              std::vector<std::size_t> keep) {
  if (keep.empty()) {
    return nullptr;
  }
  return std::make_unique<SelectedSensor>(std::move(sensor), std::move(keep));
}

}  // namespace evolt
