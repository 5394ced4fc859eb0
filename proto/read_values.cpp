// The values that events and messages are made of.
#include "proto/read_parts.hpp"

namespace evolt::detail {
namespace {

Genome read_genome(const v1::Genome& wire) {
  return {.genes = read_numbers(wire.genes())};
}

Lineage read_lineage(const v1::Lineage& wire) {
  Lineage lineage{.propagator = wire.propagator()};
  const auto& ids = wire.parent_ids();
  lineage.parents.reserve(static_cast<std::size_t>(wire.parents_size() + ids.size() / 3));
  for (int i = 0; i + 2 < ids.size(); i += 3) {
    lineage.parents.push_back(TrialId{static_cast<std::uint32_t>(ids[i]),
                                      static_cast<std::uint32_t>(ids[i + 1]), ids[i + 2]});
  }
  for (const v1::TrialId& parent : wire.parents()) {
    lineage.parents.push_back(read_id(parent));
  }
  return lineage;
}

}  // namespace

void Reader::complain(const char* field, const std::string& what) {
  if (status_.ok()) {
    status_ = absl::InvalidArgumentError(absl::StrCat(field, " ", what));
  }
}

void Reader::need(bool present, const char* field) {
  if (!present) {
    complain(field, "is missing");
  }
}

Params Reader::params(const google::protobuf::RepeatedPtrField<v1::Param>& wire) {
  Params params;
  params.reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::Param& param : wire) {
    Value value;
    switch (param.value_case()) {
      case v1::Param::kFlag:
        value = param.flag();
        break;
      case v1::Param::kWhole:
        value = std::int64_t{param.whole()};
        break;
      case v1::Param::kReal:
        value = param.real();
        break;
      case v1::Param::kText:
        value = param.text();
        break;
      case v1::Param::VALUE_NOT_SET:
        complain("param.value", "is missing");
        break;
    }
    params.emplace_back(param.name(), std::move(value));
  }
  return params;
}

EnergyReading Reader::energy(const v1::EnergyReading& wire) {
  EnergyReading reading{.joules = {wire.joules()},
                        .lower = {wire.lower_joules()},
                        .upper = {wire.upper_joules()},
                        .label = decoded(kEnergyLabels, wire.label(), "energy.label"),
                        .coverage = wire.coverage(),
                        .sensors = read_texts(wire.sensors()),
                        .sigma_rel = wire.sigma_rel(),
                        .gap = {wire.gap_seconds()},
                        .attribution = wire.attribution(),
                        .host_class = wire.host_class(),
                        .scope = read_texts(wire.scope()),
                        .gain = wire.gain()};
  if (wire.idle() != v1::IDLE_POLICY_UNSPECIFIED) {
    reading.idle = decoded(kIdlePolicies, wire.idle(), "energy.idle");
  }
  if (wire.has_power_limit_watts()) {
    reading.power_limit = Watts{wire.power_limit_watts()};
  }
  return reading;
}

Individual Reader::individual(const v1::Individual& wire) {
  need(wire.has_id(), "individual.id");
  need(wire.has_genome(), "individual.genome");
  need(wire.has_lineage(), "individual.lineage");
  return {.id = read_id(wire.id()),
          .genome = read_genome(wire.genome()),
          .scores = read_numbers(wire.scores()),
          .violation = wire.violation(),
          .standing = decoded(kStandings, wire.standing(), "individual.standing"),
          .lineage = read_lineage(wire.lineage())};
}

Trial Reader::trial(const v1::Trial& wire) {
  need(wire.has_id(), "trial.id");
  need(wire.has_genome(), "trial.genome");
  need(wire.has_lineage(), "trial.lineage");
  return {.id = read_id(wire.id()),
          .island = IslandId{wire.island()},
          .genome = read_genome(wire.genome()),
          .params = params(wire.params()),
          .lineage = read_lineage(wire.lineage()),
          .fidelity = {.name = wire.fidelity(), .steps = wire.steps()}};
}

Attempt Reader::attempt(const v1::Attempt& wire) {
  need(wire.has_trial(), "attempt.trial");
  Attempt attempt{.trial = read_id(wire.trial()),
                  .number = wire.number(),
                  .rank = RankId{wire.rank()},
                  .slot = wire.slot(),
                  .worker = wire.worker(),
                  .checkpoint = wire.checkpoint(),
                  .goal = wire.goal(),
                  .inherits_from = {}};
  if (wire.has_inherits_from()) {
    attempt.inherits_from = read_id(wire.inherits_from());
  }
  return attempt;
}

Measurement Reader::measurement(const v1::Measurement& wire) {
  Measurement measurement{.step = wire.step(),
                          .metrics = read_metrics(wire.metrics()),
                          .phase = wire.phase(),
                          .elapsed = {wire.elapsed_seconds()}};
  if (wire.has_items()) {
    measurement.items = wire.items();
  }
  if (wire.has_energy()) {
    measurement.energy = energy(wire.energy());
  }
  return measurement;
}

Usage Reader::usage(const v1::Usage& wire) {
  Usage usage{.wall = {wire.wall_seconds()}};
  usage.unmeasured = wire.unmeasured();
  if (wire.has_startup_seconds()) {
    usage.startup = Seconds{wire.startup_seconds()};
  }
  if (wire.has_cpu_seconds()) {
    usage.cpu = Seconds{wire.cpu_seconds()};
  }
  if (wire.has_max_rss_bytes()) {
    usage.max_rss = wire.max_rss_bytes();
  }
  if (wire.has_energy()) {
    usage.energy = energy(wire.energy());
  }
  if (wire.has_gpu_limit_watts()) {
    usage.gpu_power_limit = Watts{wire.gpu_limit_watts()};
  }
  if (wire.has_cpu_limit_watts()) {
    usage.cpu_power_limit = Watts{wire.cpu_limit_watts()};
  }
  for (const v1::PhaseUse& phase : wire.phases()) {
    usage.phases.push_back({.name = phase.name(),
                            .time = Seconds{phase.seconds()},
                            .items = phase.items(),
                            .energy = {},
                            .unmeasured = phase.unmeasured()});
    if (phase.has_energy()) {
      usage.phases.back().energy = energy(phase.energy());
    }
  }
  return usage;
}

Outcome Reader::outcome(const v1::Outcome& wire) {
  need(wire.has_usage(), "outcome.usage");
  Outcome outcome{.ending = decoded(kEndings, wire.ending(), "outcome.ending"),
                  .failure = decoded(kFailures, wire.failure(), "outcome.failure"),
                  .reason = wire.reason(),
                  .metrics = read_metrics(wire.metrics()),
                  .steps = wire.steps(),
                  .started_at = wire.started_at(),
                  .usage = usage(wire.usage()),
                  .checkpoint = wire.checkpoint(),
                  .last_lines = read_texts(wire.last_lines())};
  if (wire.has_exit_code()) {
    outcome.exit_code = wire.exit_code();
  }
  if (wire.has_signal()) {
    outcome.signal = wire.signal();
  }
  return outcome;
}

}  // namespace evolt::detail
