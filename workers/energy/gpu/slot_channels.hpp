#pragma once

#include "workers/energy/energy_sensor.hpp"
#include "workers/energy/gpu/visible_gpus.hpp"

#include <span>
#include <string>
#include <vector>

namespace evolt {

/// What of a GPU's energy is a slot's.
struct SlotChannel {
  enum class How : std::uint8_t {
    exclusive,  ///< all of it, idle included
    shared,     ///< with other slots: by what their processes use of it, else `share`
    slice,      ///< `share`: nothing better can be known of a slice
  };

  std::string channel;  ///< its name
  std::string gpu;      ///< UUID
  How how = How::exclusive;
  double share = 1;  ///< an equal part of what the slot may use

  friend bool operator==(const SlotChannel&, const SlotChannel&) = default;
};

struct SlotEnergy {
  std::vector<SlotChannel> channels;  ///< one for each GPU
  /// Names of the slot's GPUs whose energy nobody measures, or of which it is not known which they
  /// are. Where there is one, what the slot uses of GPUs is not known.
  std::vector<std::string> unknown;
};

/// Which energy is whose. `slots`: of each slot of this process the names of its GPUs; `gpus`: what
/// the process may use; `channels`: what is measured. Shape: one for each slot. The shares of a GPU
/// add up to 1 at most; less, where slices of it are nobody's.
std::vector<SlotEnergy> slot_channels(std::span<const std::vector<std::string>> slots,
                                      std::span<const VisibleGpu> gpus,
                                      std::span<const EnergyChannel> channels);

}  // namespace evolt
