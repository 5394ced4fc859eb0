#pragma once

#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/units.hpp"
#include "islands/layout.hpp"
#include "islands/transport.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What went through a mailbox, what was passed on for others too.
struct Traffic {
  std::int64_t frames_sent = 0;
  std::int64_t frames_received = 0;
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t signs = 0;  ///< of life: how many of the messages, sent and received, were those
};

struct Letter {
  RankId from{};  ///< who began it
  Message message;
};

/// Messages over a transport. Many small ones to the same rank travel as one frame; a broadcast
/// goes along a tree (see passes_on), so that nobody sends a result to everybody. All is counted,
/// so that the end of a run can prove that nothing is missing. Only rank 0 and the others exchange
/// direct messages. Thread: loop.
///
/// The end: each rank says farewell to rank 0 with its counts, rank 0 answers all of them with the
/// sums, and a rank is free to go when it has everything. A rank that is lost is not waited for,
/// nor what it may have had to pass on.
class Mailbox {
 public:
  /// How long and how much may wait for company before it is sent.
  static constexpr Seconds kLongestWait{0.002};
  static constexpr std::size_t kFullFrame = 128;  ///< messages
  /// How long after rank 0's farewell a rank waits for broadcasts that are still under way. They
  /// serve nobody then; they are waited for so that replicas end equal.
  static constexpr Seconds kPatience{5};

  explicit Mailbox(std::unique_ptr<Transport> transport);

  RankId self() const { return transport_->self(); }
  std::int32_t ranks() const { return transport_->ranks(); }

  /// Who is on which island. Until then broadcasts to islands wait here.
  void settle(const Layout& layout);

  /// Keeps a message for the next frame to that rank. Requires: `to` is not self(), and one of the
  /// two is rank 0.
  void post(RankId to, const Message& message, Seconds now);

  /// To every other rank, or every other rank of an island. Requires: settle() before the latter.
  void broadcast(std::optional<IslandId> island, const Message& message, Seconds now);

  /// Sends frames that are full or have waited long enough; all of them with `force`.
  void flush(Seconds now, bool force = false);

  /// When the next frame will have waited long enough; nullopt: none waits.
  std::optional<Seconds> due() const;

  /// What has arrived, in order; what is to be passed on is kept for the next flush(). Errors:
  /// data_loss when a frame could not be read, or a Farewell's count did not fit; told once the
  /// readable letters were handed out, and from then on.
  absl::StatusOr<std::vector<Letter>> collect(Seconds now);

  /// Nothing more goes to this rank or comes from it, and nobody waits for it.
  void lose(RankId rank);
  bool lost(RankId rank) const { return lost_.contains(rank); }

  /// Whether that rank has said its last word.
  bool parted(RankId rank) const;

  /// Another moment of this process has passed; now and then a sign of life goes out: to rank 0,
  /// and from rank 0 to all.
  void beat(Seconds now);

  /// Who was not heard of for more than `beats` of this process (one that was suspended blames
  /// nobody), and has not said farewell: on rank 0 the others, elsewhere rank 0.
  std::vector<RankId> silent(std::int64_t beats) const;

  /// Beats between two signs of life: ten, and more where there are many ranks.
  std::int64_t beats_between_signs() const { return std::max(10, ranks() / 50); }

  /// Says farewell. Requires: nothing is posted or broadcast afterwards.
  void say_farewell(Seconds now);

  /// Whether everybody has said farewell, all of ours has left and all of theirs is here.
  bool drained(Seconds now);

  const Traffic& traffic() const { return traffic_; }

  Transport& transport() { return *transport_; }

 private:
  struct Peer {
    std::string frame;  ///< waits to be sent
    std::size_t waiting = 0;
    Seconds oldest;
    std::int64_t heard = 0;   ///< the beat in which something last came
    std::int64_t posted = 0;  ///< direct messages
    std::int64_t received = 0;
    bool gone = false;
  };
  struct Unrouted {
    Broadcast broadcast;
    std::string wire;
  };

  Peer& awaken(RankId to, Seconds now);
  /// To how many.
  std::int64_t pass_on(const Broadcast& broadcast, std::string_view wire, Seconds now);
  void take(const Frame& frame, std::vector<Letter>& letters, Seconds now);
  void take_farewell(RankId from, const Farewell& farewell, Seconds now);
  void answer_farewells(Seconds now);
  bool has_all_broadcasts() const;

  std::unique_ptr<Transport> transport_;
  absl::flat_hash_map<RankId, Peer> peers_;  ///< those that there was anything with
  std::vector<RankId> waiting_;              ///< peers with a frame that waits
  Traffic traffic_;
  absl::flat_hash_set<RankId> lost_;
  std::int64_t beats_ = 0;
  std::int32_t gone_ = 0;  ///< of peers that are not lost
  std::optional<Layout> layout_;
  std::vector<Unrouted> unrouted_;
  // To all, to island 0, 1, ...:
  std::vector<std::int64_t> begun_;     ///< by this rank
  std::vector<std::int64_t> heard_of_;  ///< by others
  std::vector<std::int64_t> sums_;      ///< by all that said farewell; on others, what rank 0 says
  bool said_farewell_ = false;
  bool answered_ = false;        ///< rank 0
  std::optional<Seconds> over_;  ///< when rank 0 said that it is
  absl::Status broken_;
};

}  // namespace evolt
