// What ranks say to each other.
#include "proto/read_parts.hpp"

#include <cstdint>
#include <limits>
#include <optional>

namespace evolt::detail {

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
              .parked = {},
              .goal = wire.goal(),
              .audited = wire.audited()};
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
  Progress progress{
      .trial = read_id(wire.trial()),
      .point = {.step = wire.step(), .value = wire.value(), .loss = {}, .others = {}}};
  if (wire.has_loss()) {
    progress.point.loss = wire.loss();
  }
  progress.point.others.assign(wire.others().begin(), wire.others().end());
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