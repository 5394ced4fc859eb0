#pragma once

#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/outcome.hpp"
#include "core/units.hpp"
#include "estimators/cost_forecast.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>

namespace evolt {

/// How much energy a study may use, and in what unit its user counts it.
struct EnergyCap {
  Joules joules;
  std::string key;       ///< of the study file: `budget.gco2e`
  std::string unit;      ///< `J`, `kWh`, `g CO2e`
  double per_joule = 1;  ///< units
};

struct EnergyBudgetOptions {
  std::optional<EnergyCap> cap;
  /// The least that the best score must gain for each joule, over the last `gain_over` trials.
  std::optional<double> gain_per_joule;
  std::int64_t gain_over = 20;
  std::optional<Joules> trial_limit;  ///< no trial uses more
  bool estimated = false;             ///< joules that nothing measured count too
  bool continues = false;             ///< attempts of a trial go on from each other
  std::int64_t steps = 0;             ///< full length of a trial; 0: unknown
};

/// The budget of energy: a fold over the events of a study, of all its starts.
///
/// *Spent* is what all attempts used, whatever became of them, those that run included, as far as
/// they have reported. Time that nothing measured counts at the mean power of what was measured.
/// *Reserved* is what those that run are expected to use to their ends (CostForecast; before the
/// first report, and for trials between two attempts, as much as a typical trial); what is parked
/// reserves nothing. The *typical* trial uses the mean of the last hundred that ended, but not less
/// than the mean of what those that run are foretold to use, so that cheap failures, which end
/// first, do not deceive. Pure; the same events give the same budget.
class EnergyBudget {
 public:
  explicit EnergyBudget(EnergyBudgetOptions options) : options_(std::move(options)) {}

  /// Cost: O(1).
  void note(const Event& event);

  /// What came before belongs to earlier starts, whose hosts may not have measured.
  void begin_start() { unread_ = 0; }

  Joules spent() const;
  Joules reserved() const;

  /// nullopt while nobody knows what a trial takes.
  std::optional<Joules> typical() const;

  /// Trials that may be handed out beside `granted` ones that are on their way; without a cap as
  /// many as wanted. While nobody knows what a trial takes, kBlind at once.
  std::int64_t room(std::int64_t granted) const;

  /// Why the run must end now: the cap is reached, or the first kUnread attempts of this start
  /// ended without a reading, and no other had one.
  std::optional<Halt> verdict() const;

  /// The same where nothing new should begin: the gain is too small. nullopt: it is not, it is not
  /// known yet, or nobody asked.
  std::optional<Halt> too_little_gain() const;

  /// The same when room() is 0 and nothing runs.
  Halt no_room() const;

  /// Attempts that run now.
  std::int64_t running() const { return running_; }

  static constexpr std::int64_t kBlind = 4;
  static constexpr std::int64_t kUnread = 4;
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

 private:
  enum class State { waiting, running, parked };

  /// What an attempt used: measured, and time without a reading.
  struct Booking {
    Joules joules;
    Seconds read;    ///< wall time that the joules cover
    Seconds unread;  ///< wall time of the rest

    Booking& operator+=(const Booking& other);
    Booking& operator-=(const Booking& other);
  };

  struct Open {
    State state = State::waiting;
    std::int32_t attempt = 0;
    std::int64_t goal = 0;
    std::int64_t steps = 0;  ///< full length
    Booking before;          ///< by attempts that ended
    Booking last;            ///< by the last of them
    CostForecast costs;
    std::optional<Joules> used;      ///< by the attempt that runs, at its last reading
    std::optional<Joules> expected;  ///< at its end
    Seconds elapsed;                 ///< at its last report
  };

  /// The trials that run or wait, added up.
  struct Sums {
    std::int64_t waiting = 0;
    std::int64_t blind = 0;  ///< running, and no reading yet
    std::int64_t told = 0;   ///< running, with a forecast
    Booking used;            ///< by those that run
    Joules left;             ///< that those with a forecast will still use
    Joules whole;            ///< what those will have used, with their earlier attempts
  };

  /// Where the search stood when a trial had ended.
  struct Mark {
    Joules spent;
    std::optional<double> best;
  };

  void take(Open& open, const Leased& leased);
  void take(Open& open, const Measured& measured);
  void close_attempt(Open& open, const Usage& usage, State next);
  void finish(Open& open, const Finished& finished);
  void mark(const Finished& finished);
  void count(const Open& open, int sign);
  Booking booking_of(const Open& open, const Usage& usage) const;
  Joules joules_of(const Booking& booking) const;
  std::optional<Watts> mean_power() const;
  std::string amount(Joules joules) const;
  std::string in_words(Joules spent) const;

  EnergyBudgetOptions options_;
  Booking ended_;              ///< of all attempts that ended
  std::int64_t readings_ = 0;  ///< of any kind
  std::int64_t unread_ = 0;    ///< attempts of this start that ended without one
  std::int64_t without_ = 0;   ///< of all starts
  absl::flat_hash_map<TrialId, Open> open_;
  Sums sums_;
  std::int64_t running_ = 0;
  std::deque<Booking> trials_;  ///< the last hundred that ended
  Booking trials_sum_;
  std::deque<Mark> marks_;  ///< of the last gain_over + 1 trials that ended
  std::optional<double> best_;
  std::int64_t finished_ = 0;
};

}  // namespace evolt
