#pragma once

#include "workers/energy/energy_sensor.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace evolt {

/// A request to the board's management controller.
struct IpmiRequest {
  std::uint8_t function = 0;  ///< netfn
  std::uint8_t command = 0;
  std::vector<std::uint8_t> data;
};

/// A way to the controller. Thread: one.
class IpmiDevice {
 public:
  virtual ~IpmiDevice() = default;

  /// Sends a request and waits for its answer, completion code first; for a second or two at most.
  /// Not ok: `answer` is as it was.
  virtual ReadStatus ask(const IpmiRequest& request, std::vector<std::uint8_t>& answer) = 0;
};

/// Opens a way to the controller; tests hand in one of their own.
class IpmiOpener {
 public:
  virtual ~IpmiOpener() = default;

  /// nullptr: it cannot be opened, and `status` says why.
  virtual std::unique_ptr<IpmiDevice> open(const std::string& path, ReadStatus& status) = 0;
};

/// The kernel's device.
class SystemIpmi final : public IpmiOpener {
 public:
  std::unique_ptr<IpmiDevice> open(const std::string& path, ReadStatus& status) override;
};

}  // namespace evolt
