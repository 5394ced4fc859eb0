#include "core/words.hpp"

namespace evolt {

std::string_view word(Ending ending) {
  switch (ending) {
    case Ending::finished:
      return "finished";
    case Ending::stopped:
      return "stopped";
    case Ending::failed:
      return "failed";
    case Ending::infeasible:
      return "infeasible";
  }
  return "";
}

std::string_view word(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "";
    case Failure::exit_code:
      return "exit-code";
    case Failure::signal:
      return "signal";
    case Failure::wall_limit:
      return "wall-limit";
    case Failure::no_progress:
      return "no-progress";
    case Failure::memory:
      return "memory";
    case Failure::not_finite:
      return "not-finite";
    case Failure::no_result:
      return "no-result";
    case Failure::not_started:
      return "not-started";
    case Failure::told:
      return "told";
    case Failure::attempts:
      return "attempts";
    case Failure::joules:
      return "joules-limit";
  }
  return "";
}

std::string_view word(EnergyLabel label) {
  switch (label) {
    case EnergyLabel::none:
      return "none";
    case EnergyLabel::node_metered:
      return "node-metered";
    case EnergyLabel::counter_exclusive:
      return "counter-exclusive";
    case EnergyLabel::counter_shared:
      return "counter-shared";
    case EnergyLabel::sampled:
      return "sampled";
    case EnergyLabel::model:
      return "model";
    case EnergyLabel::declared:
      return "declared";
  }
  return "";
}

std::string_view word(IdlePolicy policy) {
  switch (policy) {
    case IdlePolicy::reserved:
      return "reserved";
    case IdlePolicy::equal:
      return "equal";
    case IdlePolicy::busy:
      return "busy";
    case IdlePolicy::none:
      return "none";
    case IdlePolicy::exclusive:
      return "exclusive";
  }
  return "";
}

std::string_view word(Standing standing) {
  return standing == Standing::finished ? "finished" : "stopped";
}

std::string_view word(StartMode mode) {
  switch (mode) {
    case StartMode::process:
      return "process";
    case StartMode::server:
      return "server";
    case StartMode::inproc:
      return "inproc";
    case StartMode::remote:
      return "remote";
  }
  return "";
}

std::string_view word(Scale scale) {
  return scale == Scale::log ? "log" : "linear";
}

std::string_view word(Knob knob) {
  switch (knob) {
    case Knob::none:
      return "";
    case Knob::gpu_power_limit:
      return "gpu_power_limit";
    case Knob::cpu_power_limit:
      return "cpu_power_limit";
  }
  return "";
}

std::string_view word(const Domain& domain) {
  static constexpr std::string_view kNames[] = {"float", "int", "choice", "ordinal"};
  return kNames[domain.index()];
}

}  // namespace evolt
