#pragma once

#include "core/ids.hpp"
#include "core/measurement.hpp"
#include "core/outcome.hpp"
#include "core/trial.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evolt {

/// A trial was bred; it counts towards the budget from here on.
struct Bred {
  Trial trial;

  friend bool operator==(const Bred&, const Bred&) = default;
};

/// An attempt was given to a slot.
struct Leased {
  Attempt attempt;

  friend bool operator==(const Leased&, const Leased&) = default;
};

/// An attempt reported a step.
struct Measured {
  TrialId trial;
  std::int32_t attempt = 1;
  Measurement measurement;

  friend bool operator==(const Measured&, const Measured&) = default;
};

/// An estimator's verdict was to stop. An audited trial runs on, to measure the rule's own
/// mistakes.
struct Stopped {
  TrialId trial;
  std::int32_t attempt = 1;
  std::int64_t step = 0;
  std::string reason;
  std::optional<double> forecast;
  std::optional<double> spread;  ///< standard deviation of the forecast
  bool audited = false;

  friend bool operator==(const Stopped&, const Stopped&) = default;
};

/// A trial ended. `scores` is empty unless its outcome may be ranked.
struct Finished {
  TrialId trial;
  std::int32_t attempt = 1;
  Outcome outcome;
  std::vector<double> scores;
  double violation = 0;  ///< Individual::violation

  friend bool operator==(const Finished&, const Finished&) = default;
};

/// An attempt vanished without a result (its process or rank died). Its use still counts.
struct Lost {
  TrialId trial;
  std::int32_t attempt = 1;
  std::string reason;
  Usage usage;

  friend bool operator==(const Lost&, const Lost&) = default;
};

/// An attempt ended because its trial is not among those that should go on now. The trial may be
/// taken up again by a further attempt, which goes on where this one ended, or runs it again with a
/// higher goal.
struct Parked {
  TrialId trial;
  std::int32_t attempt = 1;
  std::int64_t step = 0;  ///< the last that it reported
  std::string reason;
  std::optional<double> forecast;
  std::optional<double> spread;
  Usage usage;
  bool goes_on =
      false;  ///< it came to its goal and is among them: the next attempt follows at once

  friend bool operator==(const Parked&, const Parked&) = default;
};

/// An individual arrived on another island. `hop` counts its moves, so that the last one wins
/// whatever order they become known in; a pollinated copy leaves the original in place. One that
/// makes room for an immigrant goes to kNowhere.
struct Migrated {
  TrialId trial;
  IslandId from{};
  IslandId to{};
  std::int64_t hop = 0;
  bool copy = true;

  friend bool operator==(const Migrated&, const Migrated&) = default;
};

/// A fact about a study. The journal is a sequence of these; the state of a study is a fold over
/// it.
struct Event {
  Seconds at;  ///< wall time of the rank that saw it (Clock::wall)
  std::variant<Bred, Leased, Measured, Stopped, Finished, Lost, Migrated, Parked> what;

  friend bool operator==(const Event&, const Event&) = default;
};

/// The trial an event is about.
TrialId subject(const Event& event);

/// `bred`, `leased`, ... : the words of the documentation.
const char* kind_name(const Event& event);

}  // namespace evolt
