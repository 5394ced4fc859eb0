#pragma once

#include "core/clock.hpp"
#include "core/measurement.hpp"
#include "core/units.hpp"
#include "workers/executor.hpp"
#include "workers/table/table.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace evolt {

struct TableExecutorOptions {
  std::size_t slots = 1;
  Seconds startup;          ///< of each attempt, before its first epoch
  std::int64_t epochs = 0;  ///< attempts end after so many; 0: those of the table
};

/// Runs attempts of a table in virtual time: each epoch is reported when it was over, by the
/// recorded times, and a verdict to stop holds at once.
///
/// A trial that the table does not have is infeasible and takes no time. A further attempt of a
/// trial whose last one was stopped to be resumed goes on behind its last epoch; any other begins
/// at the first. An attempt with a goal ends there. Thread: loop.
class TableExecutor final : public Executor {
 public:
  /// The row of a trial; nullopt: the table has none.
  using RowOf = std::function<std::optional<std::size_t>(const Trial&)>;

  /// Requires: table and clock outlive this; what moves the clock is advance() alone.
  TableExecutor(const Table& table, ManualClock& clock, TableExecutorOptions options, RowOf row_of);

  std::size_t slots() const override { return runs_.size(); }
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override;
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override;

  /// Goes to the next moment at which something happens, and tells its observer. False: nothing
  /// runs.
  bool advance();

 private:
  struct Run {
    TrialId trial;
    std::int32_t attempt = 0;
    std::optional<std::size_t> row;
    TrialObserver* observer = nullptr;  ///< nullptr: the slot is free
    Seconds begun;
    Seconds known;           ///< seconds of the row that earlier attempts ran
    Joules spent_before;     ///< likewise
    std::int64_t from = 0;   ///< the epoch it goes on from
    std::int64_t epoch = 0;  ///< the last that was reported
    std::int64_t goal = 0;   ///< the last that it trains
    std::uint64_t cue = 0;   ///< the one that counts
    bool stopped = false;
    std::string reason;
  };

  /// Something happens on a slot.
  struct Cue {
    Seconds at;
    std::uint64_t order = 0;
    std::size_t slot = 0;

    /// For a heap whose top comes first.
    bool operator<(const Cue& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void plan(std::size_t slot, Seconds at);
  void plan_next(std::size_t slot);
  void report(std::size_t slot);
  void end(std::size_t slot);
  void fill_metrics(const Run& run);
  std::optional<EnergyReading> energy_of(const Run& run) const;
  Outcome outcome_of(const Run& run);
  std::int64_t length() const;

  const Table& table_;
  ManualClock& clock_;
  TableExecutorOptions options_;
  RowOf row_of_;
  std::vector<Run> runs_;
  std::priority_queue<Cue> cues_;
  std::uint64_t cue_ = 0;
  absl::flat_hash_map<TrialId, std::size_t> slot_of_;
  absl::flat_hash_map<TrialId, std::int64_t> resumable_;  ///< epochs done by trials that may go on
  Measurement measurement_;
};

}  // namespace evolt
