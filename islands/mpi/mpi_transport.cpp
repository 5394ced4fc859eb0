#include "islands/mpi/module.hpp"
#include "islands/mpi/mpi_group.hpp"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kTag = 7;
constexpr std::chrono::milliseconds kLinger{100};

/// Frames over MPI_COMM_WORLD by nonblocking sends and matched probes; MPI keeps the order between
/// two ranks. Nothing blocks but close().
class MpiTransport final : public Transport {
 public:
  MpiTransport() {
    int rank = 0;
    int size = 0;
    MPI_Comm_dup(MPI_COMM_WORLD, &world_);
    MPI_Comm_rank(world_, &rank);
    MPI_Comm_size(world_, &size);
    self_ = RankId{rank};
    ranks_ = size;
    gather_hosts();
  }

  RankId self() const override { return self_; }
  std::int32_t ranks() const override { return ranks_; }
  std::vector<std::string> hosts() const override { return hosts_; }

  std::unique_ptr<GroupChannel> make_group(const std::vector<RankId>& members) override {
    std::vector<int> ranks;
    ranks.reserve(members.size());
    for (const RankId member : members) {
      ranks.push_back(index(member));
    }
    return make_mpi_group(MPI_Comm_c2f(world_), std::move(ranks), index(self_));
  }

  void send(RankId to, std::string bytes) override {
    // The buffer must stay where it is until the request is complete.
    Outgoing& out = outgoing_.emplace_back();
    out.to = to;
    out.bytes = std::make_unique<std::string>(std::move(bytes));
    MPI_Isend(out.bytes->data(), static_cast<int>(out.bytes->size()), MPI_BYTE, index(to), kTag,
              world_, &out.request);
  }

  std::vector<Frame> poll() override {
    std::vector<Frame> frames;
    for (;;) {
      int found = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status;
      MPI_Improbe(MPI_ANY_SOURCE, kTag, world_, &found, &message, &status);
      if (found == 0) {
        break;
      }
      int length = 0;
      MPI_Get_count(&status, MPI_BYTE, &length);
      Frame frame{RankId{status.MPI_SOURCE}, std::string(static_cast<std::size_t>(length), '\0')};
      MPI_Mrecv(frame.bytes.data(), length, MPI_BYTE, &message, MPI_STATUS_IGNORE);
      frames.push_back(std::move(frame));
    }
    sweep();
    return frames;
  }

  bool idle() const override {
    return std::all_of(outgoing_.begin(), outgoing_.end(),
                       [this](const Outgoing& out) { return forgotten_.contains(out.to); });
  }

  /// MPI does not tell that a peer is dead: what is on its way to it may stay pending for ever.
  void forget(RankId rank) override { forgotten_.insert(rank); }

  void close() override {
    if (!forgotten_.empty()) {
      // What follows needs every rank. What was sent may need this process for a moment yet.
      const auto end = std::chrono::steady_clock::now() + kLinger;
      while (std::chrono::steady_clock::now() < end) {
        poll();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      return;
    }
    meet();
    MPI_Comm_free(&world_);
    MPI_Finalize();
  }

  [[noreturn]] void abort(int exit_code) override {
    MPI_Abort(world_, exit_code);
    std::_Exit(exit_code);
  }

 private:
  struct Outgoing {
    RankId to{};
    std::unique_ptr<std::string> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  /// Once, while all ranks start.
  void gather_hosts() {
    std::array<char, MPI_MAX_PROCESSOR_NAME> own{};
    int length = 0;
    MPI_Get_processor_name(own.data(), &length);
    std::vector<char> all(own.size() * static_cast<std::size_t>(ranks_));
    const int each = static_cast<int>(own.size());
    MPI_Allgather(own.data(), each, MPI_CHAR, all.data(), each, MPI_CHAR, world_);
    for (std::size_t at = 0; at < all.size(); at += own.size()) {
      hosts_.emplace_back(all.data() + at);
    }
  }

  /// Waits for all ranks, asleep: MPI_Finalize would wait as well, and spin.
  void meet() {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(world_, &request);
    for (int all = 0; all == 0;) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      MPI_Test(&request, &all, MPI_STATUS_IGNORE);
    }
  }

  /// Forgets what has left.
  void sweep() {
    std::erase_if(outgoing_, [](Outgoing& out) {
      int complete = 0;
      MPI_Test(&out.request, &complete, MPI_STATUS_IGNORE);
      return complete != 0;
    });
  }

  MPI_Comm world_ = MPI_COMM_NULL;
  RankId self_{};
  std::int32_t ranks_ = 1;
  std::vector<std::string> hosts_;
  std::deque<Outgoing> outgoing_;
  std::set<RankId> forgotten_;
};

}  // namespace
}  // namespace evolt

extern "C" evolt::Transport* evolt_open_transport(int several_threads) {
  const int wanted = several_threads != 0 ? MPI_THREAD_MULTIPLE : MPI_THREAD_FUNNELED;
  int provided = MPI_THREAD_SINGLE;
  if (MPI_Init_thread(nullptr, nullptr, wanted, &provided) != MPI_SUCCESS || provided < wanted) {
    std::fprintf(stderr, "evolt: this MPI library cannot be used %s\n",
                 several_threads != 0 ? "by several threads" : "beside other threads");
    return nullptr;
  }
  return std::make_unique<evolt::MpiTransport>().release();
}

extern "C" const char* evolt_mpi_flavour() {
#ifdef OPEN_MPI
  return "Open MPI";
#else
  return "MPICH";
#endif
}
