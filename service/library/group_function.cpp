#include "service/library/group_function.hpp"

#include "proto/convert.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace evolt {
namespace {

/// Nobody may wait inside MPI: that would use a whole core. Sleeps longer the longer it is quiet.
class Patience {
 public:
  void wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 3 / 2, kLongest);
  }

 private:
  static constexpr std::chrono::microseconds kLongest{5000};
  std::chrono::microseconds pause_{50};
};

std::string params_text(const Trial& trial) {
  std::string bytes;
  append_encoded(
      Parcel{.message = Retry{.trial = trial, .checkpoint = {}, .known = {}}, .broadcast = {}},
      bytes);
  return bytes;
}

std::optional<Params> read_params(const std::string& bytes) {
  auto frame = decode_frame(bytes);
  if (!frame.ok() || frame->size() != 1) {
    return std::nullopt;
  }
  auto* const retry = std::get_if<Retry>(&frame->front().parcel.message);
  return retry == nullptr ? std::nullopt : std::optional(std::move(retry->trial.params));
}

/// What this rank's call came to: its value, or what it threw.
absl::StatusOr<double> call(const GroupFunction& function, const Params& params,
                            const TrialRanks& ranks) {
  try {
    return function(params, ranks);
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  } catch (...) {
    return absl::InternalError("it threw something that is no std::exception");
  }
}

TrialRanks ranks_of(const GroupChannel* group) {
  return group == nullptr ? TrialRanks{}
                          : TrialRanks{group->communicator(), group->rank(), group->ranks()};
}

/// The leader's side of one trial.
absl::StatusOr<Metrics> lead(const GroupFunction& function, const std::string& metric,
                             GroupChannel* group, const Params& params, const Trial& trial) {
  const TrialRanks ranks = ranks_of(group);
  if (group != nullptr) {
    const std::string words = params_text(trial);
    for (std::int32_t rank = 1; rank < ranks.ranks; ++rank) {
      group->send(rank, words);
    }
  }
  const absl::StatusOr<double> mine = call(function, params, ranks);
  absl::Status whole = mine.status();
  Patience patience;
  for (std::int32_t told = 1; told < ranks.ranks;) {
    const auto note = group->receive();
    if (!note) {
      patience.wait();
      continue;
    }
    ++told;
    if (!note->bytes.empty() && whole.ok()) {
      whole =
          absl::InternalError(absl::StrCat("on rank ", note->from, " of the trial: ", note->bytes));
    }
  }
  if (!whole.ok()) {
    return whole;
  }
  return Metrics{{metric, *mine}};
}

/// The others.
class GroupMember final : public Executor {
 public:
  GroupMember(GroupFunction function, GroupChannel& group)
      : function_(std::move(function)), group_(group), thread_([this] { serve(); }) {}

  ~GroupMember() override {
    ends_ = true;
    thread_.join();
  }

  std::size_t slots() const override { return 0; }
  absl::Status start(const Trial&, const Attempt&, TrialObserver&) override {
    return absl::FailedPreconditionError("this rank runs no trials of its own");
  }
  void stop(const TrialId&, std::string_view, StopFor) override {}

 private:
  void serve() {
    Patience patience;
    while (!ends_) {
      const auto note = group_.joined() ? group_.receive() : std::nullopt;
      if (!note) {
        patience.wait();
        continue;
      }
      patience = {};
      const auto params = read_params(note->bytes);
      const absl::Status status = params ? call(function_, *params, ranks_of(&group_)).status()
                                         : absl::DataLossError("the leader's words cannot be read");
      group_.send(0, status.ok()
                         ? std::string()
                         : std::string(status.message().empty() ? "it failed" : status.message()));
    }
  }

  GroupFunction function_;
  GroupChannel& group_;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Executor> make_group_executor(boost::asio::io_context& io, GroupFunction function,
                                              std::string metric, GroupChannel* group) {
  if (group != nullptr && group->rank() > 0) {
    return std::make_unique<GroupMember>(std::move(function), *group);
  }
  return std::make_unique<InprocExecutor>(
      io,
      [function = std::move(function), metric = std::move(metric), group](const Params& params,
                                                                          Reporter& reporter) {
        return lead(function, metric, group, params, reporter.trial());
      },
      InprocOptions{.slots = 1, .wall = {}, .quick = Seconds{0}});
}

}  // namespace evolt
