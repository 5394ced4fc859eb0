#include "islands/mailbox.hpp"

#include "proto/convert.hpp"

#include <absl/strings/str_cat.h>

#include <cassert>
#include <utility>

namespace evolt {

Mailbox::Mailbox(std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)), peers_(static_cast<std::size_t>(transport_->ranks())) {}

void Mailbox::post(RankId to, Message message, Seconds now) {
  assert(to != self());
  Peer& peer = peers_[static_cast<std::size_t>(index(to))];
  if (peer.waiting.empty()) {
    peer.oldest = now;
  }
  peer.waiting.push_back(std::move(message));
  ++peer.posted;
}

void Mailbox::flush(Seconds now, bool force) {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    if (!peer.waiting.empty() &&
        (force || peer.waiting.size() >= kFullFrame || now - peer.oldest >= kLongestWait)) {
      dispatch(RankId{static_cast<std::int32_t>(i)}, peer);
    }
  }
}

void Mailbox::dispatch(RankId to, Peer& peer) {
  transport_->send(to, encode(peer.waiting));
  peer.waiting.clear();
}

absl::StatusOr<std::vector<Letter>> Mailbox::collect() {
  if (!broken_.ok()) {
    return broken_;
  }
  std::vector<Letter> letters;
  for (const Frame& frame : transport_->poll()) {
    auto messages = decode_messages(frame.bytes);
    if (!messages.ok()) {
      broken_ = absl::DataLossError(absl::StrCat("a frame from rank ", index(frame.from),
                                                 " cannot be read: ", messages.status().message()));
      continue;
    }
    Peer& peer = peers_[static_cast<std::size_t>(index(frame.from))];
    for (Message& message : *messages) {
      if (const auto* farewell = std::get_if<Farewell>(&message)) {
        if (farewell->sent != peer.received) {
          broken_ =
              absl::DataLossError(absl::StrCat("rank ", index(frame.from), " sent ", farewell->sent,
                                               " messages, ", peer.received, " arrived"));
        }
        peer.gone = true;
        continue;
      }
      ++peer.received;
      letters.push_back(Letter{frame.from, std::move(message)});
    }
  }
  if (letters.empty() && !broken_.ok()) {
    return broken_;
  }
  return letters;
}

bool Mailbox::drained() const {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (static_cast<std::int32_t>(i) != index(self()) &&
        (!peers_[i].gone || !peers_[i].waiting.empty())) {
      return false;
    }
  }
  return transport_->idle();
}

void Mailbox::say_farewell(Seconds now) {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    const RankId to{static_cast<std::int32_t>(i)};
    if (to != self()) {
      post(to, Farewell{peers_[i].posted}, now);
    }
  }
  flush(now, true);
}

}  // namespace evolt
