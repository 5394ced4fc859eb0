#include "service/run/trial_meter.hpp"

#include "core/config_error.hpp"
#include "workers/energy/meter/open_meter.hpp"
#include "workers/energy/meter/shortest_phase.hpp"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

MeterOptions options_of(const EnergySettings& settings) {
  MeterOptions options{.idle = settings.idle, .cpu_ratio = settings.cpu_ratio};
  options.wanted.kinds = settings.sensors;
  options.wanted.scope = settings.scope;
  options.wanted.estimated = settings.estimated;
  return options;
}

std::string why_not(const Study& study, bool spans_hosts) {
  if (!study.energy.measured) {
    return "energy.sensors is \"none\"";
  }
  if (study.trial.mode == StartMode::inproc) {
    return "functions within a program are not measured";
  }
  if (spans_hosts) {
    return "trials over several hosts are not measured";
  }
  return "";
}

}  // namespace

TrialMeter::TrialMeter(const Study& study, bool spans_hosts, const Clock& clock)
    : settings_(study.energy), clock_(&clock), unmeasured_(why_not(study, spans_hosts)) {
  const std::vector<std::string>& scope = settings_.scope;
  gpus_ = scope.empty() || std::find(scope.begin(), scope.end(), "gpu") != scope.end() ||
          std::find(scope.begin(), scope.end(), "node") != scope.end();
  if (!unmeasured_.empty()) {
    return;
  }
  const absl::StatusOr<MeasuredBy> by = look_at_host(options_of(settings_), clock);
  if (!by.ok()) {
    std::string what(by.status().message());
    if (!absl::IsInvalidArgument(by.status())) {
      unmeasured_ = std::move(what);
      warning_ = absl::StrCat("trials are not measured: ", unmeasured_);
      return;
    }
    const bool part = absl::StartsWith(what, "there is no part");
    throw ConfigError(
        Complaint{.what = std::move(what), .key = part ? "energy.scope" : "energy.sensors"});
  }
  by_ = *by;
  if (const auto meeting = known_rest(options_of(settings_)); !meeting.ok()) {
    unmeasured_ = std::string(meeting.status().message());
    warning_ = absl::StrCat("trials are not measured: ", unmeasured_);
    return;
  }
  if (by->label == EnergyLabel::model) {
    warning_ =
        "no meter measures this host's processor: its joules are estimated by a model, which may "
        "be half off (energy.estimated = \"allow\"); evolt doctor says what would help";
  } else if (by->partial) {
    warning_ = "a socket of this host is not measured: joules are too few (evolt doctor)";
  }
  if (by->sensors.empty()) {
    const std::string why = why_unmeasured(*by);
    unmeasured_ = absl::StrCat(
        "this host has nothing that measures them", why.empty() ? "" : absl::StrCat(": ", why),
        settings_.estimated ? ""
                            : "; evolt doctor says more, and energy.estimated = \"allow\" lets a "
                              "model stand in");
    return;
  }
  check_cards(study.trial.gpus > 0);
}

/// Meters of what trials do not use measure nothing of them, and the other way round.
void TrialMeter::check_cards(bool used) {
  const auto measures = [this](const char* part) {
    return std::find(by_.parts.begin(), by_.parts.end(), part) != by_.parts.end();
  };
  const bool cards = measures("gpu");
  const bool others = std::any_of(by_.parts.begin(), by_.parts.end(),
                                  [](const std::string& part) { return part != "gpu"; });
  if (used && gpus_ && !cards && !measures("module") && !measures("node")) {
    unmeasured_ =
        "this host has no meter of graphics cards, and trials use them (trial.gpus); evolt doctor "
        "says more, and energy.scope = [\"package\", \"dram\"] leaves them out";
  } else if (!used && !others) {
    unmeasured_ =
        "this host has meters of graphics cards alone, and trials have none (trial.gpus is 0)";
  } else if (!used && cards && warning_.empty()) {
    warning_ =
        "this host's graphics cards are measured, and trials have none (trial.gpus is 0): what "
        "they "
        "use of them is not in their joules";
  }
}

TrialMeter TrialMeter::of_rank(const Study& study, const std::optional<TrialGroups>& groups,
                               RankId self, const Clock& clock) {
  if (groups && !groups->leads(self)) {
    TrialMeter none;
    none.idle_ = true;
    none.unmeasured_.clear();
    return none;
  }
  return TrialMeter(study, groups && groups->place_of(self).spans_hosts(), clock);
}

std::optional<Seconds> TrialMeter::shortest_phase(bool gpus) const {
  return unmeasured_.empty() && !idle_ ? evolt::shortest_phase(by_, gpus && gpus_) : std::nullopt;
}

absl::StatusOr<std::unique_ptr<EnergyMeter>> TrialMeter::open() const {
  if (idle_ || !unmeasured_.empty()) {
    return nullptr;
  }
  auto meter = open_meter(options_of(settings_), *clock_);
  if (!meter.ok()) {
    return meter.status();
  }
  return std::unique_ptr<EnergyMeter>(*std::move(meter));
}

}  // namespace evolt
