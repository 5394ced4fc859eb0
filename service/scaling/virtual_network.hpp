#pragma once

#include "islands/transport.hpp"
#include "service/scaling/fabric.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// The network between simulated ranks, in virtual time, by LogGP (see Fabric). Every rank has a
/// network adapter of its own; the wires between are never full. A rank's overheads are its
/// processor's time: the sender's is in here, the receiver's is its own affair.
///
/// Whoever drives it lets frames land in the order of their arrival, and tells the time.
class VirtualNetwork {
 public:
  /// Requires: ranks > 0.
  VirtualNetwork(std::int32_t ranks, Fabric fabric);

  /// Requires: the network outlives its endpoints.
  std::unique_ptr<Transport> endpoint(RankId rank);

  /// The time at which ranks send and poll from now on. A rank that sends several frames sends each
  /// an overhead after the one before.
  void set_time(Seconds now) { now_ = now; }

  /// When this rank's processor was done with its last frame.
  Seconds sent_at(RankId rank) const { return at(rank).sent; }

  /// When the next frame reaches its receiver; nullopt: nothing is on its way.
  std::optional<Seconds> next_landing() const;

  /// The frame of next_landing() comes to its receiver, whose adapter may be busy with others yet.
  /// Returns the receiver. Requires: next_landing().
  RankId land();

  /// From when on a poll of that rank finds something; nullopt: nothing has landed there.
  std::optional<Seconds> ready(RankId rank) const;

  std::int64_t frames() const { return frames_; }
  std::int64_t bytes() const { return bytes_; }

  /// How long the rank's adapter took in frames.
  Seconds receiving(RankId rank) const { return at(rank).receiving; }

 private:
  friend class VirtualEndpoint;

  struct Flight {
    Seconds arrival;
    std::int64_t order = 0;
    RankId to{};
    Frame frame;

    /// For a heap whose front arrives first.
    bool operator<(const Flight& other) const {
      return arrival != other.arrival ? arrival > other.arrival : order > other.order;
    }
  };
  struct Landed {
    Seconds ready;
    Frame frame;
  };
  struct Adapter {
    Seconds sent;        ///< processor free after the last send
    Seconds sends_next;  ///< earliest injection
    Seconds takes_next;  ///< earliest frame in
    Seconds receiving;
    std::deque<Landed> inbox;
  };

  Adapter& at(RankId rank) { return adapters_[static_cast<std::size_t>(index(rank))]; }
  const Adapter& at(RankId rank) const { return adapters_[static_cast<std::size_t>(index(rank))]; }
  void send(RankId from, RankId to, std::string bytes);
  std::vector<Frame> poll(RankId rank);

  Fabric fabric_;
  Seconds now_;
  std::vector<Adapter> adapters_;
  std::vector<Flight> flights_;  ///< a heap
  std::int64_t frames_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace evolt
