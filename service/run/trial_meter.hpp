#pragma once

#include "core/clock.hpp"
#include "service/run/trial_groups.hpp"
#include "service/study.hpp"
#include "workers/energy/meter/energy_meter.hpp"
#include "workers/energy/wanted_sensors.hpp"

#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>

namespace evolt {

/// By what the trials of a study are measured on this host.
class TrialMeter {
 public:
  /// Nobody measures.
  TrialMeter() = default;

  /// Looks at this host: tens of milliseconds, a second where there are graphics cards. The clock
  /// must outlive this and what it opens. Errors: ConfigError for sensors or parts of a host that
  /// do not exist. Trials over several hosts, and functions, are not measured.
  TrialMeter(const Study& study, bool spans_hosts, const Clock& clock);

  /// That of one rank of a run. One that leads no group runs no trials: nothing there lacks a
  /// meter.
  static TrialMeter of_rank(const Study& study, const std::optional<TrialGroups>& groups,
                            RankId self, const Clock& clock);

  /// Why nothing is measured, in words that follow `and`; empty: it is.
  const std::string& unmeasured() const { return unmeasured_; }

  /// What a user should know before joules are believed; empty: nothing.
  const std::string& warning() const { return warning_; }

  /// Whether GPUs are part of the figure.
  bool counts_gpus() const { return gpus_; }

  /// How long a phase of a trial must last to be measured; nullopt where nothing is. `gpus`: it has
  /// some.
  std::optional<Seconds> shortest_phase(bool gpus) const;

  /// nullptr where nothing is measured. Errors: as open_meter().
  absl::StatusOr<std::unique_ptr<EnergyMeter>> open() const;

 private:
  void check_cards(bool used);

  EnergySettings settings_;
  const Clock* clock_ = nullptr;
  bool gpus_ = false;
  bool idle_ = false;  // no trials run here
  MeasuredBy by_;
  std::string unmeasured_ = "they are not measured in this run";
  std::string warning_;
};

}  // namespace evolt
