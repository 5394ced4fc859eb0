#include "service/scaling/virtual_network.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace evolt {

class VirtualEndpoint final : public Transport {
 public:
  VirtualEndpoint(VirtualNetwork& network, RankId self) : network_(network), self_(self) {}

  RankId self() const override { return self_; }
  std::int32_t ranks() const override {
    return static_cast<std::int32_t>(network_.adapters_.size());
  }
  void send(RankId to, std::string bytes) override { network_.send(self_, to, std::move(bytes)); }
  std::vector<Frame> poll() override { return network_.poll(self_); }
  bool idle() const override { return true; }
  void forget(RankId) override {}
  void close() override {}
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }

 private:
  VirtualNetwork& network_;
  RankId self_;
};

VirtualNetwork::VirtualNetwork(std::int32_t ranks, Fabric fabric)
    : fabric_(std::move(fabric)), adapters_(static_cast<std::size_t>(ranks)) {
  assert(ranks > 0);
}

std::unique_ptr<Transport> VirtualNetwork::endpoint(RankId rank) {
  return std::make_unique<VirtualEndpoint>(*this, rank);
}

void VirtualNetwork::send(RankId from, RankId to, std::string bytes) {
  assert(from != to && !bytes.empty());
  Adapter& adapter = at(from);
  const Seconds stream = fabric_.stream(bytes.size());
  adapter.sent = std::max(now_, adapter.sent) + fabric_.overhead;
  const Seconds injection = std::max(adapter.sent, adapter.sends_next);
  adapter.sends_next = injection + stream + fabric_.gap;
  bytes_ += static_cast<std::int64_t>(bytes.size());
  flights_.push_back(Flight{.arrival = injection + stream + fabric_.latency,
                            .order = frames_++,
                            .to = to,
                            .frame = Frame{from, std::move(bytes)}});
  std::push_heap(flights_.begin(), flights_.end());
}

std::optional<Seconds> VirtualNetwork::next_landing() const {
  return flights_.empty() ? std::nullopt : std::optional(flights_.front().arrival);
}

RankId VirtualNetwork::land() {
  std::pop_heap(flights_.begin(), flights_.end());
  Flight flight = std::move(flights_.back());
  flights_.pop_back();
  Adapter& adapter = at(flight.to);
  const Seconds ready = std::max(flight.arrival, adapter.takes_next);
  const Seconds taken = fabric_.gap + fabric_.stream(flight.frame.bytes.size());
  adapter.takes_next = ready + taken;
  adapter.receiving += taken;
  adapter.inbox.push_back({ready, std::move(flight.frame)});
  return flight.to;
}

std::optional<Seconds> VirtualNetwork::ready(RankId rank) const {
  const Adapter& adapter = at(rank);
  return adapter.inbox.empty() ? std::nullopt : std::optional(adapter.inbox.front().ready);
}

std::vector<Frame> VirtualNetwork::poll(RankId rank) {
  std::deque<Landed>& inbox = at(rank).inbox;
  std::vector<Frame> frames;
  while (!inbox.empty() && inbox.front().ready <= now_) {
    frames.push_back(std::move(inbox.front().frame));
    inbox.pop_front();
  }
  return frames;
}

}  // namespace evolt
