#pragma once

#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/units.hpp"
#include "islands/transport.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace evolt {

struct Letter {
  RankId from{};
  Message message;
};

/// Messages over a transport: many small ones to the same rank travel as one frame, and both ends
/// count, so that the end of a run can prove that nothing is missing. Thread: loop.
class Mailbox {
 public:
  /// How long and how many messages may wait for company before they are sent.
  static constexpr Seconds kLongestWait{0.002};
  static constexpr std::size_t kFullFrame = 128;

  explicit Mailbox(std::unique_ptr<Transport> transport);

  RankId self() const { return transport_->self(); }
  std::int32_t ranks() const { return transport_->ranks(); }

  /// Keeps a message for the next frame to that rank. Requires: `to` is not self().
  void post(RankId to, Message message, Seconds now);

  /// Sends frames that are full or have waited long enough; all of them with `force`.
  void flush(Seconds now, bool force = false);

  /// What has arrived, in order. Errors: data_loss when a frame could not be read, or a Farewell's
  /// count did not fit; told once the readable letters were handed out, and from then on.
  absl::StatusOr<std::vector<Letter>> collect();

  /// Whether every other rank has said farewell, and all of ours has left.
  bool drained() const;

  /// Says farewell to every other rank; the last thing posted.
  void say_farewell(Seconds now);

  Transport& transport() { return *transport_; }

 private:
  struct Peer {
    std::vector<Message> waiting;
    Seconds oldest;
    std::int64_t posted = 0;
    std::int64_t received = 0;
    bool gone = false;
  };

  void dispatch(RankId to, Peer& peer);

  std::unique_ptr<Transport> transport_;
  std::vector<Peer> peers_;
  absl::Status broken_;
};

}  // namespace evolt
