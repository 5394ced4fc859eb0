#pragma once

#include "core/clock.hpp"
#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/host_file.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A channel whose value is the number in a file.
struct FileChannel {
  EnergyChannel channel;
  HostFile file;
};

/// A meter that is one file for each channel. The clock must outlive it.
class FileSensor final : public EnergySensor {
 public:
  FileSensor(std::string name, std::vector<FileChannel> channels, const Clock& clock);

  std::string_view name() const override { return name_; }
  std::span<const EnergyChannel> channels() const override { return channels_; }
  void read(std::span<ChannelReading> readings) override;

 private:
  std::string name_;
  std::vector<EnergyChannel> channels_;
  std::vector<HostFile> files_;
  const Clock& clock_;
};

}  // namespace evolt
