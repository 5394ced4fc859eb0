#include "workers/energy/file_sensor.hpp"

#include "workers/energy/timed_read.hpp"

#include <cassert>
#include <utility>

namespace evolt {

FileSensor::FileSensor(std::string name, std::vector<FileChannel> channels, const Clock& clock)
    : name_(std::move(name)), clock_(clock) {
  for (FileChannel& each : channels) {
    channels_.push_back(std::move(each.channel));
    files_.push_back(std::move(each.file));
  }
}

void FileSensor::read(std::span<ChannelReading> readings) {
  assert(readings.size() == files_.size());
  for (std::size_t i = 0; i < files_.size(); ++i) {
    read_timed(clock_, readings[i], [&](std::uint64_t& raw) { return files_[i].read(raw); });
  }
}

}  // namespace evolt
