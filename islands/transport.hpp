#pragma once

#include "core/ids.hpp"
#include "islands/group_channel.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// Bytes from another rank.
struct Frame {
  RankId from{};
  std::string bytes;
};

/// Carries frames between the ranks of a study. Between two ranks frames arrive whole, once, and in
/// order. Nothing here waits. This header and group_channel.hpp are all that a transport module
/// shares with `evolt`; they need nothing but the standard library, so that a module can be rebuilt
/// alone. Thread: loop.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual RankId self() const = 0;
  virtual std::int32_t ranks() const = 0;

  /// The name of each rank's host; empty: all ranks are on this one.
  virtual std::vector<std::string> hosts() const { return {}; }

  /// Some ranks, this one among them, as a group that runs trials together; each of them asks with
  /// the same list, the leader first. nullptr: there is no MPI.
  virtual std::unique_ptr<GroupChannel> make_group(const std::vector<RankId>& /*members*/) {
    return nullptr;
  }

  /// Requires: `to` is not self().
  virtual void send(RankId to, std::string bytes) = 0;

  /// Takes what has arrived, and moves on what is on its way out.
  virtual std::vector<Frame> poll() = 0;

  /// Whether everything sent has left this rank, but for what goes to ranks that were forgotten.
  virtual bool idle() const = 0;

  /// That rank is dead: nothing is to wait for it.
  virtual void forget(RankId rank) = 0;

  /// Leaves the network in an orderly way; when a rank was forgotten, without a word, and the
  /// process must end soon. Requires: idle(), and that every rank does the same.
  virtual void close() = 0;

  /// Ends all ranks at once, this process included.
  [[noreturn]] virtual void abort(int exit_code) = 0;
};

}  // namespace evolt
