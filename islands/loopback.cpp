#include "islands/loopback.hpp"

#include <cassert>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace evolt {

class LoopbackEndpoint final : public Transport {
 public:
  LoopbackEndpoint(LoopbackNetwork& network, RankId self) : network_(network), self_(self) {}

  RankId self() const override { return self_; }
  std::int32_t ranks() const override {
    return static_cast<std::int32_t>(network_.inboxes_.size());
  }
  void send(RankId to, std::string bytes) override {
    assert(to != self_);
    inbox(to).push_back(Frame{self_, std::move(bytes)});
  }
  std::vector<Frame> poll() override {
    auto& mine = inbox(self_);
    std::vector<Frame> frames(std::make_move_iterator(mine.begin()),
                              std::make_move_iterator(mine.end()));
    mine.clear();
    return frames;
  }
  bool idle() const override { return true; }
  void forget(RankId) override {}
  void close() override {}
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }

 private:
  std::deque<Frame>& inbox(RankId rank) {
    return network_.inboxes_[static_cast<std::size_t>(index(rank))];
  }

  LoopbackNetwork& network_;
  RankId self_;
};

LoopbackNetwork::LoopbackNetwork(std::int32_t ranks) : inboxes_(static_cast<std::size_t>(ranks)) {
  assert(ranks > 0);
}

std::unique_ptr<Transport> LoopbackNetwork::endpoint(RankId rank) {
  return std::make_unique<LoopbackEndpoint>(*this, rank);
}

std::size_t LoopbackNetwork::in_flight() const {
  std::size_t frames = 0;
  for (const auto& inbox : inboxes_) {
    frames += inbox.size();
  }
  return frames;
}

}  // namespace evolt
