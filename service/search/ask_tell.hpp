#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/measurement.hpp"
#include "core/value.hpp"
#include "core/verdict.hpp"
#include "islands/rank.hpp"
#include "propagator/encoding.hpp"
#include "service/report/ledger.hpp"
#include "service/search/suggester.hpp"
#include "service/study.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace evolt {

/// A configuration to evaluate.
struct Asked {
  std::int64_t trial = 0;  ///< its number: 1, 2, 3, ...
  Params params;           ///< active ones only
};

/// A study driven by its caller: the same islands, stopping rule and budget as `evolt run`, in
/// memory. The same seed and the same calls give the same answers. Thread: one at a time.
class AskTell {
 public:
  /// `prior`: good configurations of other studies, best first (read_prior finds those that
  /// `search.warm_start` names). `suggester`: speaks for the study's plug-ins, and outlives this.
  /// Errors: ConfigError as make_plan(), and for a plug-in without a suggester.
  explicit AskTell(const Study& study, std::vector<Params> prior = {},
                   Suggester* suggester = nullptr);
  ~AskTell();

  /// The next configuration; nullopt when no further trial may start (the budget is used, or every
  /// configuration has been proposed), also while some are open. Any number may be open.
  std::optional<Asked> ask();

  /// A step of an open trial.
  /// Errors: not_found for a trial that is not open; invalid_argument for a number that is not
  /// finite or a negative step. Nothing changes then.
  absl::StatusOr<Verdict> report(std::int64_t trial, std::int64_t step, const Metrics& metrics);

  /// An open trial ended, with the last value of each metric; those reported before need not be
  /// told again; who never reported a step has trained in full. After a verdict to stop it counts
  /// as stopped. Errors: as report(); also invalid_argument when an objective is missing.
  absl::Status tell(std::int64_t trial, const Metrics& metrics);

  /// An open trial failed.
  absl::Status tell_failed(std::int64_t trial, const std::string& why);

  const Ledger& ledger() const { return ledger_; }
  const Objective& objective() const { return objective_; }

 private:
  struct Open {
    TrialId id;
    Seconds asked;
    Metrics last;
    std::int64_t steps = 0;
    bool reported = false;
    bool stopped = false;
  };

  absl::StatusOr<Open*> find_open(std::int64_t trial);
  void settle();
  void take(Action& action);

  SystemClock clock_;
  Encoding encoding_;
  Objective objective_;
  std::optional<Seconds> time_limit_;
  std::int64_t full_steps_;
  Seconds began_;
  Ledger ledger_;
  Rank rank_;
  Suggester* suggester_;
  std::optional<Asked> next_;
  std::int64_t count_ = 0;
  absl::flat_hash_map<std::int64_t, Open> open_;
};

}  // namespace evolt
