#include "islands/mailbox.hpp"

#include "islands/tree.hpp"
#include "proto/convert.hpp"

#include <absl/strings/str_cat.h>

#include <cassert>
#include <utility>

namespace evolt {
namespace {

/// Where a broadcast is counted.
std::size_t circle_of(const std::optional<IslandId>& island) {
  return island ? static_cast<std::size_t>(index(*island)) + 1 : 0;
}

void count(std::vector<std::int64_t>& counts, std::size_t circle, std::int64_t more) {
  if (counts.size() <= circle) {
    counts.resize(circle + 1);
  }
  counts[circle] += more;
}

std::int64_t count_of(const std::vector<std::int64_t>& counts, std::size_t circle) {
  return circle < counts.size() ? counts[circle] : 0;
}

void add(std::vector<std::int64_t>& sums, const std::vector<std::int64_t>& counts) {
  for (std::size_t circle = 0; circle < counts.size(); ++circle) {
    count(sums, circle, counts[circle]);
  }
}

}  // namespace

Mailbox::Mailbox(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

void Mailbox::settle(const Layout& layout) {
  layout_.emplace(layout);
  for (const Unrouted& one : std::exchange(unrouted_, {})) {
    pass_on(one.broadcast, one.wire, Seconds{});
  }
}

// Sending -----------------------------------------------------------------------------------------

/// A peer whose frame gets one more message.
Mailbox::Peer& Mailbox::awaken(RankId to, Seconds now) {
  Peer& peer = peers_[to];
  if (peer.waiting++ == 0) {
    peer.oldest = now;
    waiting_.push_back(to);
  }
  return peer;
}

void Mailbox::post(RankId to, const Message& message, Seconds now) {
  assert(to != self() && (to == kRecorder || self() == kRecorder));
  if (lost(to)) {
    return;
  }
  Peer& peer = awaken(to, now);
  append_encoded(Parcel{.message = message, .broadcast = {}}, peer.frame);
  ++peer.posted;
}

void Mailbox::broadcast(std::optional<IslandId> island, const Message& message, Seconds now) {
  assert(!said_farewell_);
  const Parcel parcel{.message = message,
                      .broadcast = Broadcast{.origin = self(), .island = island}};
  std::string wire;
  append_encoded(parcel, wire);
  count(begun_, circle_of(island), 1);
  pass_on(*parcel.broadcast, wire, now);
}

std::int64_t Mailbox::pass_on(const Broadcast& broadcast, std::string_view wire, Seconds now) {
  if (broadcast.island && !layout_) {
    unrouted_.push_back({broadcast, std::string(wire)});
    return 0;
  }
  const Audience audience =
      broadcast.island ? Audience(layout_->ranks_of(*broadcast.island)) : Audience(ranks());
  const std::vector<RankId> next =
      passes_on(audience, broadcast.origin, self(), [this](RankId rank) { return lost(rank); });
  for (const RankId to : next) {
    awaken(to, now).frame.append(wire);
  }
  return std::ssize(next);
}

void Mailbox::flush(Seconds now, bool force) {
  std::erase_if(waiting_, [&](RankId to) {
    Peer& peer = peers_[to];
    if (peer.waiting > 0 && !force && peer.waiting < kFullFrame &&
        now - peer.oldest < kLongestWait) {
      return false;
    }
    if (peer.waiting > 0) {
      ++traffic_.frames_sent;
      traffic_.messages_sent += static_cast<std::int64_t>(peer.waiting);
      transport_->send(to, std::exchange(peer.frame, {}));
      peer.waiting = 0;
    }
    return true;
  });
}

std::optional<Seconds> Mailbox::due() const {
  std::optional<Seconds> oldest;
  for (const RankId to : waiting_) {
    const Peer& peer = peers_.at(to);
    if (peer.waiting > 0 && (!oldest || peer.oldest < *oldest)) {
      oldest = peer.oldest;
    }
  }
  return oldest ? std::optional(*oldest + kLongestWait) : std::nullopt;
}

// Receiving ---------------------------------------------------------------------------------------

absl::StatusOr<std::vector<Letter>> Mailbox::collect(Seconds now) {
  if (!broken_.ok()) {
    return broken_;
  }
  std::vector<Letter> letters;
  for (const Frame& frame : transport_->poll()) {
    if (!lost(frame.from)) {
      take(frame, letters, now);
    }
  }
  if (letters.empty() && !broken_.ok()) {
    return broken_;
  }
  return letters;
}

void Mailbox::take(const Frame& frame, std::vector<Letter>& letters, Seconds now) {
  peers_[frame.from].heard = beats_;
  auto parcels = decode_frame(frame.bytes);
  if (!parcels.ok()) {
    broken_ = absl::DataLossError(absl::StrCat("a frame from rank ", index(frame.from),
                                               " cannot be read: ", parcels.status().message()));
    return;
  }
  ++traffic_.frames_received;
  traffic_.messages_received += static_cast<std::int64_t>(parcels->size());
  for (Unpacked& one : *parcels) {
    Message& message = one.parcel.message;
    if (one.parcel.broadcast) {
      const Broadcast& broadcast = *one.parcel.broadcast;
      if (index(broadcast.origin) >= ranks() ||
          (broadcast.island && layout_ && index(*broadcast.island) >= layout_->islands())) {
        broken_ = absl::DataLossError(absl::StrCat(
            "rank ", index(frame.from), " passed on what no rank, or no island, can have sent"));
        return;
      }
      const std::int64_t passed = pass_on(broadcast, one.wire, now);
      if (broadcast.origin == kRecorder) {
        peers_[kRecorder].heard = beats_;
      }
      if (std::holds_alternative<Alive>(message)) {
        traffic_.signs += 1 + passed;
        continue;
      }
      count(heard_of_, circle_of(broadcast.island), 1);
      letters.push_back(Letter{broadcast.origin, std::move(message)});
    } else if (const auto* const farewell = std::get_if<Farewell>(&message)) {
      take_farewell(frame.from, *farewell, now);
    } else if (std::holds_alternative<Alive>(message)) {
      ++traffic_.signs;
    } else {
      ++peers_[frame.from].received;
      letters.push_back(Letter{frame.from, std::move(message)});
    }
  }
}

// Life and death ----------------------------------------------------------------------------------

void Mailbox::beat(Seconds now) {
  if (++beats_ % beats_between_signs() != 0 || over_) {
    return;
  }
  Parcel sign{.message = Alive{}, .broadcast = {}};
  if (self() != kRecorder) {
    append_encoded(sign, awaken(kRecorder, now).frame);
    ++traffic_.signs;
  } else if (ranks() > 1) {
    sign.broadcast = Broadcast{.origin = self(), .island = {}};
    std::string wire;
    append_encoded(sign, wire);
    traffic_.signs += pass_on(*sign.broadcast, wire, now);
  }
}

std::vector<RankId> Mailbox::silent(std::int64_t beats) const {
  std::vector<RankId> silent;
  const auto check = [&](RankId rank) {
    const auto found = peers_.find(rank);
    const bool gone = found != peers_.end() && found->second.gone;
    const std::int64_t heard = found == peers_.end() ? 0 : found->second.heard;
    if (!gone && !lost(rank) && beats_ - heard > beats) {
      silent.push_back(rank);
    }
  };
  if (self() != kRecorder) {
    check(kRecorder);
    return silent;
  }
  for (std::int32_t rank = 1; rank < ranks(); ++rank) {
    check(RankId{rank});
  }
  return silent;
}

bool Mailbox::parted(RankId rank) const {
  const auto found = peers_.find(rank);
  return found != peers_.end() && found->second.gone;
}

void Mailbox::lose(RankId rank) {
  if (!lost_.insert(rank).second) {
    return;
  }
  if (const auto found = peers_.find(rank); found != peers_.end()) {
    if (found->second.waiting > 0) {
      transport_->send(rank,
                       std::move(found->second.frame));  // it may live, and hear that it is lost
    }
    gone_ -= found->second.gone ? 1 : 0;
    peers_.erase(found);
  }
  std::erase(waiting_, rank);
  transport_->forget(rank);
}

// The end -----------------------------------------------------------------------------------------

void Mailbox::take_farewell(RankId from, const Farewell& farewell, Seconds now) {
  Peer& peer = peers_[from];
  if (farewell.sent != peer.received) {
    broken_ = absl::DataLossError(absl::StrCat("rank ", index(from), " sent ", farewell.sent,
                                               " messages, ", peer.received, " arrived"));
  }
  gone_ += std::exchange(peer.gone, true) ? 0 : 1;
  if (self() == kRecorder) {
    add(sums_, farewell.broadcasts);
  } else {
    sums_ = farewell.broadcasts;
    over_ = now;
  }
}

void Mailbox::say_farewell(Seconds now) {
  said_farewell_ = true;
  if (self() == kRecorder) {
    add(sums_, begun_);
  } else {
    post(kRecorder, Farewell{.sent = peers_[kRecorder].posted, .broadcasts = begun_}, now);
    flush(now, true);
  }
}

/// Rank 0's last words, when it has everybody's.
void Mailbox::answer_farewells(Seconds now) {
  const auto others = ranks() - 1 - static_cast<std::int32_t>(lost_.size());
  if (answered_ || !said_farewell_ || gone_ < others) {
    return;
  }
  answered_ = true;
  over_ = now;
  if (!lost_.empty()) {
    sums_.clear();  // what a lost rank was to pass on may never come
  }
  for (std::int32_t i = 1; i < ranks(); ++i) {
    const RankId rank{i};
    if (!lost(rank)) {
      post(rank, Farewell{.sent = peers_[rank].posted, .broadcasts = sums_}, now);
    }
  }
  flush(now, true);
}

bool Mailbox::has_all_broadcasts() const {
  const auto missing = [this](std::size_t circle) {
    return count_of(heard_of_, circle) < count_of(sums_, circle) - count_of(begun_, circle);
  };
  if (missing(0)) {
    return false;
  }
  if (layout_) {
    for (const IslandId island : layout_->islands_of(transport_->self())) {
      if (missing(circle_of(island))) {
        return false;
      }
    }
  }
  return true;
}

bool Mailbox::drained(Seconds now) {
  if (self() == kRecorder) {
    answer_farewells(now);
  }
  if (!over_ || !waiting_.empty()) {
    return false;
  }
  if (!has_all_broadcasts() && now - *over_ < kPatience) {
    return false;
  }
  return transport_->idle();
}

}  // namespace evolt
