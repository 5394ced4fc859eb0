#include "proto/read.hpp"

#include "proto/enums.hpp"

#include <absl/strings/str_cat.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace evolt::detail {
namespace {

TrialId read_id(const v1::TrialId& wire) {
  return {.incarnation = wire.incarnation(), .rank = wire.rank(), .counter = wire.counter()};
}

Metrics read_metrics(const google::protobuf::RepeatedPtrField<v1::Metric>& wire) {
  Metrics metrics;
  metrics.reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::Metric& metric : wire) {
    metrics.emplace_back(metric.name(), metric.value());
  }
  return metrics;
}

std::vector<std::string> read_texts(const google::protobuf::RepeatedPtrField<std::string>& wire) {
  return {wire.begin(), wire.end()};
}

std::vector<double> read_numbers(const google::protobuf::RepeatedField<double>& wire) {
  return {wire.begin(), wire.end()};
}

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

template <typename Ours, typename Wire, std::size_t N>
Ours Reader::decoded(const std::pair<Ours, Wire> (&table)[N], Wire number, const char* field) {
  for (const auto& [ours, wire] : table) {
    if (wire == number) {
      return ours;
    }
  }
  complain(field, absl::StrCat("has no meaning for ", static_cast<int>(number)));
  return Ours{};
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
  return {.joules = {wire.joules()},
          .lower = {wire.lower_joules()},
          .upper = {wire.upper_joules()},
          .label = decoded(kEnergyLabels, wire.label(), "energy.label"),
          .coverage = wire.coverage(),
          .sensors = read_texts(wire.sensors())};
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
          .fidelity = {.name = wire.fidelity(), .steps = wire.steps()},
          .checkpoint = wire.checkpoint()};
}

Attempt Reader::attempt(const v1::Attempt& wire) {
  need(wire.has_trial(), "attempt.trial");
  return {.trial = read_id(wire.trial()),
          .number = wire.number(),
          .rank = RankId{wire.rank()},
          .slot = wire.slot(),
          .worker = wire.worker(),
          .checkpoint = wire.checkpoint()};
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

namespace {

/// The two fields that a verdict has wherever it is written.
template <typename Wire, typename Ours>
void read_forecast(const Wire& wire, Ours& ours) {
  if (wire.has_forecast()) {
    ours.forecast = wire.forecast();
  }
  if (wire.has_spread()) {
    ours.spread = wire.spread();
  }
}

}  // namespace

Stopped Reader::stopped(const v1::Stopped& wire) {
  need(wire.has_trial(), "stopped.trial");
  Stopped stopped{.trial = read_id(wire.trial()),
                  .attempt = wire.attempt(),
                  .step = wire.step(),
                  .reason = wire.reason(),
                  .audited = wire.audited()};
  read_forecast(wire, stopped);
  return stopped;
}

Parked Reader::parked(const v1::Parked& wire) {
  need(wire.has_trial(), "parked.trial");
  need(wire.has_usage(), "parked.usage");
  Parked parked{.trial = read_id(wire.trial()),
                .attempt = wire.attempt(),
                .step = wire.step(),
                .reason = wire.reason(),
                .forecast = {},
                .spread = {},
                .usage = usage(wire.usage())};
  read_forecast(wire, parked);
  return parked;
}

Finished Reader::finished(const v1::Finished& wire) {
  need(wire.has_trial(), "finished.trial");
  need(wire.has_outcome(), "finished.outcome");
  return {.trial = read_id(wire.trial()),
          .attempt = wire.attempt(),
          .outcome = outcome(wire.outcome()),
          .scores = read_numbers(wire.scores()),
          .violation = wire.violation()};
}

Lost Reader::lost(const v1::Lost& wire) {
  need(wire.has_trial(), "lost.trial");
  need(wire.has_usage(), "lost.usage");
  return {.trial = read_id(wire.trial()),
          .attempt = wire.attempt(),
          .reason = wire.reason(),
          .usage = usage(wire.usage())};
}

Migrated Reader::migrated(const v1::Migrated& wire) {
  need(wire.has_trial(), "migrated.trial");
  return {.trial = read_id(wire.trial()),
          .from = IslandId{wire.from()},
          .to = IslandId{wire.to()},
          .hop = wire.hop(),
          .copy = wire.copy()};
}

decltype(Event::what) Reader::what(const v1::Event& event) {
  switch (event.what_case()) {
    case v1::Event::kBred:
      need(event.bred().has_trial(), "bred.trial");
      return Bred{.trial = trial(event.bred().trial())};
    case v1::Event::kLeased:
      need(event.leased().has_attempt(), "leased.attempt");
      return Leased{.attempt = attempt(event.leased().attempt())};
    case v1::Event::kMeasured: {
      const v1::Measured& wire = event.measured();
      need(wire.has_trial(), "measured.trial");
      need(wire.has_measurement(), "measured.measurement");
      return Measured{.trial = read_id(wire.trial()),
                      .attempt = wire.attempt(),
                      .measurement = measurement(wire.measurement())};
    }
    case v1::Event::kStopped:
      return stopped(event.stopped());
    case v1::Event::kFinished:
      return finished(event.finished());
    case v1::Event::kParked:
      return parked(event.parked());
    case v1::Event::kLost:
      return lost(event.lost());
    case v1::Event::kMigrated:
      return migrated(event.migrated());
    case v1::Event::WHAT_NOT_SET:
      break;
  }
  complain("event", "is empty or of a kind that this version does not know");
  return {};
}

Event Reader::event(const v1::Event& wire) {
  return {.at = {wire.at_seconds()}, .what = what(wire)};
}

Moved Reader::moved(const v1::Moved& wire) {
  need(wire.has_individual(), "moved.individual");
  return {.island = IslandId{wire.island()},
          .individual = individual(wire.individual()),
          .hop = wire.hop(),
          .present = wire.present(),
          .owner = RankId{wire.owner()}};
}

Welcome Reader::welcome(const v1::Welcome& wire) {
  Welcome welcome{.incarnation = wire.incarnation(),
                  .study = wire.study(),
                  .bred = wire.bred(),
                  .has_results = wire.has_results(),
                  .prior = {},
                  .times = {.ended = {}, .longest_cut = {wire.longest_cut_seconds()}}};
  for (const double wall : wire.ended_seconds()) {
    welcome.times.ended.push_back(Seconds{wall});
  }
  for (const v1::Configuration& configuration : wire.prior()) {
    welcome.prior.push_back(params(configuration.params()));
  }
  return welcome;
}

Retry Reader::retry(const v1::Retry& wire) {
  need(wire.has_trial(), "retry.trial");
  Retry retry{.trial = trial(wire.trial()),
              .attempt = wire.attempt(),
              .checkpoint = wire.checkpoint(),
              .known = read_metrics(wire.known()),
              .steps = wire.steps(),
              .used = wire.has_used() ? std::optional(usage(wire.used())) : std::nullopt,
              .longest_cut = {wire.longest_cut_seconds()},
              .losses = wire.losses(),
              .parked = {}};
  if (wire.has_parked()) {
    Verdict& parked = retry.parked.emplace();
    parked.decision = Verdict::Decision::park;
    parked.reason = wire.parked().reason();
    read_forecast(wire.parked(), parked);
  }
  return retry;
}

Rest Reader::rest(const v1::Rest& wire) {
  Rest rest{.held = wire.held(), .needed = {}};
  if (wire.has_needed_seconds()) {
    rest.needed = Seconds{wire.needed_seconds()};
  }
  return rest;
}

Progress Reader::progress(const v1::Progress& wire) {
  need(wire.has_trial(), "progress.trial");
  Progress progress{.trial = read_id(wire.trial()),
                    .point = {.step = wire.step(), .value = wire.value(), .loss = {}, .cost = {}}};
  if (wire.has_loss()) {
    progress.point.loss = wire.loss();
  }
  if (wire.has_cost()) {
    progress.point.cost = wire.cost();
  }
  return progress;
}

CurveEnded Reader::curve_ended(const v1::CurveEnded& wire) {
  need(wire.has_trial(), "curve_ended.trial");
  return {.trial = read_id(wire.trial()),
          .ending = decoded(kEndings, wire.ending(), "curve_ended.ending")};
}

Message Reader::message(const v1::Message& message) {
  switch (message.what_case()) {
    case v1::Message::kWelcome:
      return welcome(message.welcome());
    case v1::Message::kRetry:
      return retry(message.retry());
    case v1::Message::kAdmitted: {
      const v1::Admitted& wire = message.admitted();
      need(wire.has_individual(), "admitted.individual");
      return Admitted{.island = IslandId{wire.island()},
                      .individual = individual(wire.individual())};
    }
    case v1::Message::kMoved:
      return moved(message.moved());
    case v1::Message::kProgress:
      return progress(message.progress());
    case v1::Message::kCurveEnded:
      return curve_ended(message.curve_ended());
    case v1::Message::kRecorded:
      need(message.recorded().has_event(), "recorded.event");
      return Recorded{.event = event(message.recorded().event())};
    case v1::Message::kCreditAsk:
      return CreditAsk{.wanted = message.credit_ask().wanted()};
    case v1::Message::kCreditGrant:
      return CreditGrant{.credits = message.credit_grant().credits()};
    case v1::Message::kCreditRecall:
      return CreditRecall{};
    case v1::Message::kCreditReturn:
      return CreditReturn{.credits = message.credit_return().credits()};
    case v1::Message::kHalt:
      return Halt{.reason = decoded(kEndReasons, message.halt().reason(), "halt.reason"),
                  .text = message.halt().text()};
    case v1::Message::kFarewell:
      return Farewell{.sent = message.farewell().sent(),
                      .broadcasts = {message.farewell().broadcasts().begin(),
                                     message.farewell().broadcasts().end()}};
    case v1::Message::kAlive:
      return Alive{};
    case v1::Message::kRankLost:
      return RankLost{.rank = RankId{message.rank_lost().rank()}};
    case v1::Message::kRest:
      return rest(message.rest());
    case v1::Message::kBenched:
      return Benched{.text = message.benched().text(), .over = message.benched().over()};
    case v1::Message::kEndParked:
      return EndParked{};
    case v1::Message::WHAT_NOT_SET:
      break;
  }
  complain("message", "is empty or of a kind that this version does not know");
  return {};
}

Parcel Reader::parcel(const v1::Message& wire) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::int32_t>::max();
  Parcel parcel{.message = message(wire), .broadcast = {}};
  if (wire.origin() > kMost || wire.island() > kMost) {
    complain("message", "is a broadcast of a rank, or for an island, that cannot be");
  } else if (wire.origin() != 0) {
    Broadcast& broadcast = parcel.broadcast.emplace();
    broadcast.origin = RankId{static_cast<std::int32_t>(wire.origin() - 1)};
    if (wire.island() != 0) {
      broadcast.island = IslandId{static_cast<std::int32_t>(wire.island() - 1)};
    }
  }
  return parcel;
}

}  // namespace evolt::detail
