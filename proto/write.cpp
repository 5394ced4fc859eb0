#include "proto/write.hpp"

#include "proto/enums.hpp"

#include <cassert>
#include <string>
#include <variant>
#include <vector>

// Every struct is taken apart by a structured binding: a new member does not compile here until it
// has its place on the wire.

namespace evolt::detail {
namespace {

template <typename Ours, typename Wire, std::size_t N>
Wire coded(const std::pair<Ours, Wire> (&table)[N], Ours value) {
  for (const auto& [ours, wire] : table) {
    if (ours == value) {
      return wire;
    }
  }
  assert(false && "an enumerator without a row in proto/enums.hpp");
  return Wire{};
}

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
  const auto& [joules, lower, upper, label, coverage, sensors] = reading;
  wire.set_joules(joules.value);
  wire.set_lower_joules(lower.value);
  wire.set_upper_joules(upper.value);
  wire.set_label(coded(kEnergyLabels, label));
  wire.set_coverage(coverage);
  write(sensors, *wire.mutable_sensors());
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
  const auto& [id, island, genome, params, lineage, fidelity, checkpoint] = trial;
  const auto& [fidelity_name, steps] = fidelity;
  write(id, *wire.mutable_id());
  wire.set_island(index(island));
  write(genome, *wire.mutable_genome());
  write(params, *wire.mutable_params());
  write(lineage, *wire.mutable_lineage());
  wire.set_fidelity(fidelity_name);
  wire.set_steps(steps);
  wire.set_checkpoint(checkpoint);
}

void write(const Attempt& attempt, v1::Attempt& wire) {
  const auto& [trial, number, rank, slot, worker, checkpoint] = attempt;
  write(trial, *wire.mutable_trial());
  wire.set_number(number);
  wire.set_rank(index(rank));
  wire.set_slot(slot);
  wire.set_worker(worker);
  wire.set_checkpoint(checkpoint);
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
  const auto& [wall, startup, cpu, max_rss, energy, gpu_limit, cpu_limit] = usage;
  wire.set_wall_seconds(wall.value);
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

/// The two fields that a verdict has wherever it is written.
template <typename Wire>
void write_forecast(const std::optional<double>& forecast, const std::optional<double>& spread,
                    Wire& out) {
  if (forecast) {
    out.set_forecast(*forecast);
  }
  if (spread) {
    out.set_spread(*spread);
  }
}

/// One overload for each kind of event.
struct EventWriter {
  v1::Event& wire;

  void operator()(const Bred& bred) const {
    const auto& [trial] = bred;
    write(trial, *wire.mutable_bred()->mutable_trial());
  }
  void operator()(const Leased& leased) const {
    const auto& [attempt] = leased;
    write(attempt, *wire.mutable_leased()->mutable_attempt());
  }
  void operator()(const Measured& measured) const {
    const auto& [trial, attempt, measurement] = measured;
    v1::Measured& out = *wire.mutable_measured();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    write(measurement, *out.mutable_measurement());
  }
  void operator()(const Stopped& stopped) const {
    const auto& [trial, attempt, step, reason, forecast, spread, audited] = stopped;
    v1::Stopped& out = *wire.mutable_stopped();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_step(step);
    out.set_reason(reason);
    write_forecast(forecast, spread, out);
    out.set_audited(audited);
  }
  void operator()(const Parked& parked) const {
    const auto& [trial, attempt, step, reason, forecast, spread, usage] = parked;
    v1::Parked& out = *wire.mutable_parked();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_step(step);
    out.set_reason(reason);
    write_forecast(forecast, spread, out);
    write(usage, *out.mutable_usage());
  }
  void operator()(const Finished& finished) const {
    const auto& [trial, attempt, outcome, scores, violation] = finished;
    v1::Finished& out = *wire.mutable_finished();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    write(outcome, *out.mutable_outcome());
    write(scores, *out.mutable_scores());
    out.set_violation(violation);
  }
  void operator()(const Lost& lost) const {
    const auto& [trial, attempt, reason, usage] = lost;
    v1::Lost& out = *wire.mutable_lost();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_reason(reason);
    write(usage, *out.mutable_usage());
  }
  void operator()(const Migrated& migrated) const {
    const auto& [trial, from, to, hop, copy] = migrated;
    v1::Migrated& out = *wire.mutable_migrated();
    write(trial, *out.mutable_trial());
    out.set_from(index(from));
    out.set_to(index(to));
    out.set_hop(hop);
    out.set_copy(copy);
  }
};

/// One overload for each kind of message.
struct MessageWriter {
  v1::Message& wire;

  void operator()(const Welcome& welcome) const {
    const auto& [incarnation, study, bred, has_results, prior, times] = welcome;
    v1::Welcome& out = *wire.mutable_welcome();
    out.set_incarnation(incarnation);
    out.set_study(study);
    out.set_bred(bred);
    out.set_has_results(has_results);
    for (const Params& params : prior) {
      write(params, *out.add_prior()->mutable_params());
    }
    for (const Seconds wall : times.ended) {
      out.add_ended_seconds(wall.value);
    }
    out.set_longest_cut_seconds(times.longest_cut.value);
  }
  void operator()(const Retry& retry) const {
    const auto& [trial, attempt, checkpoint, known, steps, used, longest_cut, losses, parked] =
        retry;
    v1::Retry& out = *wire.mutable_retry();
    write(trial, *out.mutable_trial());
    out.set_attempt(attempt);
    out.set_checkpoint(checkpoint);
    write(known, *out.mutable_known());
    out.set_steps(steps);
    if (used) {
      write(*used, *out.mutable_used());
    }
    out.set_longest_cut_seconds(longest_cut.value);
    out.set_losses(losses);
    if (parked) {
      const auto& [decision, reason, forecast, spread] = *parked;
      static_cast<void>(decision);
      v1::ParkedFor& why = *out.mutable_parked();
      why.set_reason(reason);
      write_forecast(forecast, spread, why);
    }
  }
  void operator()(const EndParked&) const { wire.mutable_end_parked(); }
  void operator()(const Rest& rest) const {
    const auto& [held, needed] = rest;
    v1::Rest& out = *wire.mutable_rest();
    out.set_held(held);
    if (needed) {
      out.set_needed_seconds(needed->value);
    }
  }
  void operator()(const Admitted& admitted) const {
    const auto& [island, individual] = admitted;
    v1::Admitted& out = *wire.mutable_admitted();
    out.set_island(index(island));
    write(individual, *out.mutable_individual());
  }
  void operator()(const Moved& moved) const {
    const auto& [island, individual, hop, present, owner] = moved;
    v1::Moved& out = *wire.mutable_moved();
    out.set_island(index(island));
    write(individual, *out.mutable_individual());
    out.set_hop(hop);
    out.set_present(present);
    out.set_owner(index(owner));
  }
  void operator()(const Progress& progress) const {
    const auto& [trial, point] = progress;
    const auto& [step, value, loss, cost] = point;
    v1::Progress& out = *wire.mutable_progress();
    write(trial, *out.mutable_trial());
    out.set_step(step);
    out.set_value(value);
    if (loss) {
      out.set_loss(static_cast<float>(*loss));
    }
    if (cost) {
      out.set_cost(static_cast<float>(*cost));
    }
  }
  void operator()(const CurveEnded& ended) const {
    const auto& [trial, ending] = ended;
    v1::CurveEnded& out = *wire.mutable_curve_ended();
    write(trial, *out.mutable_trial());
    out.set_ending(coded(kEndings, ending));
  }
  void operator()(const Recorded& recorded) const {
    const auto& [event] = recorded;
    detail::write(event, *wire.mutable_recorded()->mutable_event());
  }
  void operator()(const CreditAsk& ask) const {
    const auto& [wanted] = ask;
    wire.mutable_credit_ask()->set_wanted(wanted);
  }
  void operator()(const CreditGrant& grant) const {
    const auto& [credits] = grant;
    wire.mutable_credit_grant()->set_credits(credits);
  }
  void operator()(const CreditRecall&) const { wire.mutable_credit_recall(); }
  void operator()(const CreditReturn& back) const {
    const auto& [credits] = back;
    wire.mutable_credit_return()->set_credits(credits);
  }
  void operator()(const Halt& halt) const {
    const auto& [reason, text] = halt;
    v1::Halt& out = *wire.mutable_halt();
    out.set_reason(coded(kEndReasons, reason));
    out.set_text(text);
  }
  void operator()(const Farewell& farewell) const {
    const auto& [sent, broadcasts] = farewell;
    wire.mutable_farewell()->set_sent(sent);
    wire.mutable_farewell()->mutable_broadcasts()->Assign(broadcasts.begin(), broadcasts.end());
  }
  void operator()(const Alive&) const { wire.mutable_alive(); }
  void operator()(const RankLost& lost) const {
    const auto& [rank] = lost;
    wire.mutable_rank_lost()->set_rank(index(rank));
  }
  void operator()(const Benched& benched) const {
    const auto& [text, over] = benched;
    wire.mutable_benched()->set_text(text);
    wire.mutable_benched()->set_over(over);
  }
};

}  // namespace

void write(const Event& event, v1::Event& wire) {
  const auto& [at, what] = event;
  wire.set_at_seconds(at.value);
  std::visit(EventWriter{wire}, what);
}

void write(const Parcel& parcel, v1::Message& wire) {
  const auto& [message, broadcast] = parcel;
  std::visit(MessageWriter{wire}, message);
  if (broadcast) {
    const auto& [origin, island] = *broadcast;
    wire.set_origin(static_cast<std::uint32_t>(index(origin)) + 1);
    wire.set_island(island ? static_cast<std::uint32_t>(index(*island)) + 1 : 0);
  }
}

}  // namespace evolt::detail
