// What ranks say to each other.
#include "proto/write.hpp"
#include "proto/write_parts.hpp"

#include <cstdint>
#include <variant>

namespace evolt::detail {
namespace {

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
    const auto& [trial, attempt, checkpoint, known, steps, used, longest_cut, losses, parked, goal,
                 audited] = retry;
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
    out.set_goal(goal);
    out.set_audited(audited);
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
    const auto& [step, value, loss, others] = point;
    v1::Progress& out = *wire.mutable_progress();
    write(trial, *out.mutable_trial());
    out.set_step(step);
    out.set_value(value);
    if (loss) {
      out.set_loss(static_cast<float>(*loss));
    }
    out.mutable_others()->Assign(others.begin(), others.end());
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
