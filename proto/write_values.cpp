// The values that events and messages are made of.
#include "proto/write_parts.hpp"

#include <cstdint>
#include <variant>

namespace evolt::detail {

void write(const TrialId& id, v1::TrialId& wire) {
  wire.set_incarnation(id.incarnation);
  wire.set_rank(id.rank);
  wire.set_counter(id.counter);
}

void write(const Metrics& metrics, google::protobuf::RepeatedPtrField<v1::Metric>& wire) {
  wire.Reserve(static_cast<int>(metrics.size()));
  for (const auto& [name, value] : metrics) {
    v1::Metric& metric = *wire.Add();
    metric.set_name(name);
    metric.set_value(value);
  }
}

void write(const std::vector<std::string>& texts,
           google::protobuf::RepeatedPtrField<std::string>& wire) {
  for (const std::string& text : texts) {
    *wire.Add() = text;
  }
}

void write(const std::vector<double>& numbers, google::protobuf::RepeatedField<double>& wire) {
  wire.Add(numbers.begin(), numbers.end());
}

void write(const Params& params, google::protobuf::RepeatedPtrField<v1::Param>& wire) {
  for (const auto& [name, value] : params) {
    v1::Param& param = *wire.Add();
    param.set_name(name);
    if (const auto* flag = std::get_if<bool>(&value)) {
      param.set_flag(*flag);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      param.set_whole(*whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
      param.set_real(*real);
    } else {
      param.set_text(std::get<std::string>(value));
    }
  }
}

void write(const EnergyReading& reading, v1::EnergyReading& wire) {
  const auto& [joules, lower, upper, label, coverage, sensors, sigma_rel, gap, attribution, idle,
               host_class, power_limit, scope, gain] = reading;
  wire.set_joules(joules.value);
  wire.set_lower_joules(lower.value);
  wire.set_upper_joules(upper.value);
  wire.set_label(coded(kEnergyLabels, label));
  wire.set_coverage(coverage);
  write(sensors, *wire.mutable_sensors());
  wire.set_sigma_rel(sigma_rel);
  wire.set_gap_seconds(gap.value);
  wire.set_attribution(attribution);
  if (idle) {
    wire.set_idle(coded(kIdlePolicies, *idle));
  }
  wire.set_host_class(host_class);
  if (power_limit) {
    wire.set_power_limit_watts(power_limit->value);
  }
  write(scope, *wire.mutable_scope());
  wire.set_gain(gain);
}

void write(const Genome& genome, v1::Genome& wire) {
  const auto& [genes] = genome;
  write(genes, *wire.mutable_genes());
}

void write(const Lineage& lineage, v1::Lineage& wire) {
  const auto& [propagator, parents] = lineage;
  wire.set_propagator(propagator);
  for (const TrialId& parent : parents) {
    wire.add_parent_ids(parent.incarnation);
    wire.add_parent_ids(parent.rank);
    wire.add_parent_ids(parent.counter);
  }
}

void write(const Individual& individual, v1::Individual& wire) {
  const auto& [id, genome, scores, violation, standing, lineage] = individual;
  write(id, *wire.mutable_id());
  write(genome, *wire.mutable_genome());
  write(scores, *wire.mutable_scores());
  wire.set_violation(violation);
  wire.set_standing(coded(kStandings, standing));
  write(lineage, *wire.mutable_lineage());
}

void write(const Trial& trial, v1::Trial& wire) {
  const auto& [id, island, genome, params, lineage, fidelity] = trial;
  const auto& [fidelity_name, steps] = fidelity;
  write(id, *wire.mutable_id());
  wire.set_island(index(island));
  write(genome, *wire.mutable_genome());
  write(params, *wire.mutable_params());
  write(lineage, *wire.mutable_lineage());
  wire.set_fidelity(fidelity_name);
  wire.set_steps(steps);
}

void write(const Attempt& attempt, v1::Attempt& wire) {
  const auto& [trial, number, rank, slot, worker, checkpoint, goal, inherits_from] = attempt;
  write(trial, *wire.mutable_trial());
  wire.set_number(number);
  wire.set_rank(index(rank));
  wire.set_slot(slot);
  wire.set_worker(worker);
  wire.set_checkpoint(checkpoint);
  wire.set_goal(goal);
  if (inherits_from) {
    write(*inherits_from, *wire.mutable_inherits_from());
  }
}

void write(const Measurement& measurement, v1::Measurement& wire) {
  const auto& [step, metrics, phase, items, elapsed, energy] = measurement;
  wire.set_step(step);
  write(metrics, *wire.mutable_metrics());
  wire.set_phase(phase);
  if (items) {
    wire.set_items(*items);
  }
  wire.set_elapsed_seconds(elapsed.value);
  if (energy) {
    write(*energy, *wire.mutable_energy());
  }
}

void write(const Usage& usage, v1::Usage& wire) {
  const auto& [wall, startup, cpu, max_rss, energy, gpu_limit, cpu_limit, phases, unmeasured] =
      usage;
  wire.set_wall_seconds(wall.value);
  wire.set_unmeasured(unmeasured);
  if (startup) {
    wire.set_startup_seconds(startup->value);
  }
  if (cpu) {
    wire.set_cpu_seconds(cpu->value);
  }
  if (max_rss) {
    wire.set_max_rss_bytes(*max_rss);
  }
  if (energy) {
    write(*energy, *wire.mutable_energy());
  }
  if (gpu_limit) {
    wire.set_gpu_limit_watts(gpu_limit->value);
  }
  if (cpu_limit) {
    wire.set_cpu_limit_watts(cpu_limit->value);
  }
  for (const PhaseUse& phase : phases) {
    v1::PhaseUse& into = *wire.add_phases();
    into.set_name(phase.name);
    into.set_seconds(phase.time.value);
    into.set_items(phase.items);
    into.set_unmeasured(phase.unmeasured);
    if (phase.energy) {
      write(*phase.energy, *into.mutable_energy());
    }
  }
}

void write(const Outcome& outcome, v1::Outcome& wire) {
  const auto& [ending, failure, reason, metrics, steps, started_at, exit_code, signal, usage,
               checkpoint, last_lines] = outcome;
  wire.set_ending(coded(kEndings, ending));
  wire.set_failure(coded(kFailures, failure));
  wire.set_reason(reason);
  write(metrics, *wire.mutable_metrics());
  wire.set_steps(steps);
  wire.set_started_at(started_at);
  if (exit_code) {
    wire.set_exit_code(*exit_code);
  }
  if (signal) {
    wire.set_signal(*signal);
  }
  write(usage, *wire.mutable_usage());
  wire.set_checkpoint(checkpoint);
  write(last_lines, *wire.mutable_last_lines());
}

}  // namespace evolt::detail
