#pragma once

#include "islands/transport.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace evolt {

/// Ranks inside one process, for tests, simulation and `evolt run` without a launcher. Frames are
/// delivered at the receiver's next poll, in the order they were sent.
class LoopbackNetwork {
 public:
  /// Requires: ranks > 0.
  explicit LoopbackNetwork(std::int32_t ranks);

  /// Requires: the network outlives its endpoints.
  std::unique_ptr<Transport> endpoint(RankId rank);

  /// Frames sent and not yet polled, over all ranks.
  std::size_t in_flight() const;

 private:
  friend class LoopbackEndpoint;
  std::vector<std::deque<Frame>> inboxes_;
};

}  // namespace evolt
