// Ranks whose host cannot run trials.
#include "archipelago.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace evolt::test {
namespace {

/// The actions of one kind that a rank wants taken.
template <typename T>
std::vector<T> actions(Rank& rank) {
  std::vector<T> found;
  for (Action& action : rank.take_actions()) {
    if (auto* const one = std::get_if<T>(&action)) {
      found.push_back(std::move(*one));
    }
  }
  return found;
}

template <typename T>
std::vector<T> messages(Rank& rank) {
  std::vector<T> found;
  for (const SendMessage& send : actions<SendMessage>(rank)) {
    if (const auto* const one = std::get_if<T>(&send.message)) {
      found.push_back(*one);
    }
  }
  return found;
}

struct Tally {
  std::size_t bred = 0;
  std::size_t finished = 0;
  std::map<std::int32_t, int> failed_on;
};

Tally tally(const std::vector<Event>& journal) {
  Tally tally;
  std::map<TrialId, std::int32_t> at;
  for (const Event& event : journal) {
    if (std::holds_alternative<Bred>(event.what)) {
      ++tally.bred;
    } else if (const auto* const leased = std::get_if<Leased>(&event.what)) {
      at[leased->attempt.trial] = index(leased->attempt.rank);
    } else if (const auto* const finished = std::get_if<Finished>(&event.what)) {
      ++tally.finished;
      tally.failed_on[at[finished->trial]] += finished->outcome.ending == Ending::failed ? 1 : 0;
    }
  }
  return tally;
}

/// Rank `self` of two, with two slots, before it begins.
struct Pair {
  explicit Pair(std::int32_t self, std::int64_t limit = 0) : encoding(scripted_space()) {
    ArchipelagoOptions options;
    options.ranks = 2;
    options.islands = 1;
    options.trials = 40;
    options.limit = static_cast<double>(limit);
    rank.emplace(scripted_plan(options, encoding, self), encoding, clock);
    rank->begin();
  }

  Trial trial(std::uint64_t counter) const {
    Rng rng{counter};
    Trial trial{.id = {1, 1, counter}, .genome = encoding.random(rng)};
    trial.params = encoding.decode(trial.genome);
    return trial;
  }

  /// Rank 1 tells rank 0 of a trial that fails without a word.
  void tell_failure(std::uint64_t counter) {
    const Trial told = trial(counter);
    rank->on_message(RankId{1}, Recorded{Event{{}, Bred{told}}});
    tell_end(told, Outcome{.ending = Ending::failed, .reason = "exit code 1"});
  }
  void tell_end(const Trial& told, const Outcome& outcome) {
    rank->on_message(RankId{1},
                     Recorded{Event{{}, Leased{Attempt{.trial = told.id, .rank = RankId{1}}}}});
    rank->on_message(RankId{1},
                     Recorded{Event{{}, Finished{.trial = told.id, .outcome = outcome}}});
  }

  ManualClock clock;
  Encoding encoding;
  std::optional<Rank> rank;
};

}  // namespace

TEST_CASE("bench: a host that is broken from the start costs a few trials", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = GENERATE(2, 4, 9);
  options.islands = GENERATE(1, 3, 9);
  options.learns_from_all = options.islands == 3;
  const std::int32_t broken = GENERATE(0, 1);
  options.broken = {{broken, 0.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  REQUIRE(study.rank(0).ending().has_value());
  CHECK(study.rank(0).ending()->reason == EndReason::complete);
  REQUIRE(study.benched().size() == 1);
  CHECK(index(study.benched()[0].rank) == broken);
  CHECK(study.benched()[0].why.find("exit code 1; last line: no driver") != std::string::npos);
  Tally counts = tally(study.journal());
  CHECK(counts.bred == static_cast<std::size_t>(options.trials));
  CHECK(counts.finished == counts.bred);
  CHECK(counts.failed_on[broken] >= 5);
  CHECK(counts.failed_on[broken] <= 16);
}

TEST_CASE("bench: a host that breaks later does not use up the budget", "[islands]") {
  ArchipelagoOptions options;
  options.islands = GENERATE(1, 4);
  options.stopper = "none";
  const std::int32_t broken = GENERATE(0, 2);
  options.broken = {{broken, 40.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.rank(0).ending()->reason == EndReason::complete);
  REQUIRE(study.benched().size() == 1);
  CHECK(index(study.benched()[0].rank) == broken);
  Tally counts = tally(study.journal());
  CHECK(counts.finished == static_cast<std::size_t>(options.trials));
  CHECK(counts.failed_on[broken] >= 10);
  CHECK(counts.failed_on[broken] <= 16);
}

TEST_CASE("bench: where every rank fails the run ends and says why", "[islands]") {
  ArchipelagoOptions options;
  options.broken = {{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  options.limit = GENERATE(0, 1000);
  Archipelago study(options);
  REQUIRE(study.run());
  REQUIRE(study.rank(0).ending().has_value());
  CHECK(study.rank(0).ending()->reason == EndReason::failed);
  CHECK(study.rank(0).ending()->text.find("trials failed without a single report: exit code 1; "
                                          "last line: no driver") != std::string::npos);
  CHECK(study.benched().size() == 3);
  CHECK(tally(study.journal()).finished < 50);
}

TEST_CASE("bench: when all ranks that work die, the run ends", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = 3;
  options.islands = 1;
  options.broken = {{0, 0}, {2, 0}};
  options.deaths = {{1, 30.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  REQUIRE(study.rank(0).ending().has_value());
  CHECK(study.rank(0).ending()->reason == EndReason::failed);
  CHECK(study.rank(0).ending()->text == "no rank is left that can run trials");
}

TEST_CASE("bench: configurations that fail everywhere leave somebody to run them", "[islands]") {
  ArchipelagoOptions options;
  // From then on all trials fail, on healthy ranks.
  options.broken = {{0, 60}, {1, 60}, {2, 60}, {3, 60}};
  options.stopper = "none";
  options.slots = 1;
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.rank(0).ending()->reason == EndReason::complete);
  CHECK(study.benched().size() < 4);
  CHECK(tally(study.journal()).finished == static_cast<std::size_t>(options.trials));
}

TEST_CASE("bench: with a time limit a benched rank holds nobody up", "[islands]") {
  ArchipelagoOptions options;
  options.broken = {{1, 0}};
  options.limit = 60;
  options.trials = 100'000;
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.rank(0).ending()->reason == EndReason::interrupted);
  CHECK(study.benched().size() == 1);
}

TEST_CASE("bench: benched ranks and deaths together keep the budget exact", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = 6;
  options.islands = GENERATE(1, 3);
  options.seed = GENERATE(1U, 2U, 3U, 4U);
  options.lose = 0.05;
  options.broken = {{2, 0}, {4, 25}};
  options.deaths = {{2, 12.0}, {5, 20.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.rank(0).ending()->reason == EndReason::complete);
  const Tally counts = tally(study.journal());
  CHECK(counts.bred == static_cast<std::size_t>(options.trials));
  CHECK(counts.finished == counts.bred);
}

TEST_CASE("bench: a rank that is benched gives back what it holds", "[islands]") {
  Pair pair(1, 1000);
  Rank& rank = *pair.rank;
  rank.on_message(RankId{0}, CreditGrant{5});
  CHECK(actions<StartAttempt>(rank).size() == 2);
  rank.on_message(RankId{0}, Retry{.trial = pair.trial(9), .attempt = 3});
  rank.on_message(RankId{0}, Benched{.text = "no driver"});
  {
    const auto sent = actions<SendMessage>(rank);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].message == Message(CreditReturn{3}));
    CHECK(std::get<Retry>(sent[1].message).trial.id == TrialId{1, 1, 9});
    CHECK(std::get<Retry>(sent[1].message).attempt == 3);
  }
  // What comes later goes the same way, and nothing is asked for.
  rank.on_message(RankId{0}, CreditGrant{4});
  CHECK(messages<CreditReturn>(rank) == std::vector{CreditReturn{4}});
  rank.on_message(RankId{0}, Retry{.trial = pair.trial(9), .attempt = 3});
  CHECK(messages<Retry>(rank).size() == 1);
  CHECK(rank.running() == 2);
  rank.on_lost({1, 1, 1}, 1, "gone", {});
  {
    const auto handed = messages<Retry>(rank);
    REQUIRE(handed.size() == 1);
    CHECK(handed[0].trial.id == TrialId{1, 1, 1});
    CHECK(handed[0].attempt == 2);
  }
  rank.on_outcome({1, 1, 2}, 1, Outcome{.metrics = {{"loss", 1}}});
  const auto said = actions<SendMessage>(rank);
  REQUIRE_FALSE(said.empty());
  CHECK(said.back().message == Message(Rest{}));
  // It was a mistake.
  rank.on_message(RankId{0}, Benched{.text = {}, .over = true});
  CHECK(messages<CreditAsk>(rank).size() == 1);
}

TEST_CASE("bench: rank 0 gives what a benched rank hands over to another", "[islands]") {
  Pair pair(0);
  Rank& rank = *pair.rank;
  static_cast<void>(rank.take_actions());
  rank.on_message(RankId{1}, Recorded{Event{{}, Bred{pair.trial(1)}}});
  rank.on_message(RankId{1}, Benched{.text = "trials cannot be started here: no space"});
  const auto told = actions<TellBenched>(rank);
  REQUIRE(told.size() == 1);
  CHECK(told[0].rank == RankId{1});
  CHECK(told[0].why == "trials cannot be started here: no space");
  rank.on_message(RankId{1}, Retry{.trial = pair.trial(1), .attempt = 2});
  while (rank.running() > 1) {
    const auto started = actions<StartAttempt>(rank);
    for (const StartAttempt& start : started) {
      if (start.trial.id == TrialId{1, 1, 1}) {
        CHECK(start.attempt.number == 2);
        // The benched rank's death takes nothing with it.
        rank.lose(RankId{1}, "killed");
        const auto again = actions<StartAttempt>(rank);
        CHECK(std::none_of(again.begin(), again.end(), [](const StartAttempt& one) {
          return one.trial.id == TrialId{1, 1, 1};
        }));
        return;
      }
      rank.on_outcome(start.trial.id, 1, Outcome{.metrics = {{"loss", 1}}});
    }
    if (started.empty()) {
      rank.on_outcome({1, 0, 1}, 1, Outcome{.metrics = {{"loss", 1}}});
    }
  }
  FAIL("the trial was not run again");
}

TEST_CASE("bench: the first report on a benched rank takes it back", "[islands]") {
  Pair pair(0);
  Rank& rank = *pair.rank;
  const Trial slow = pair.trial(99);
  rank.on_message(RankId{1}, Recorded{Event{{}, Bred{slow}}});
  for (std::uint64_t i = 1; i <= 5; ++i) {
    pair.tell_failure(i);
  }
  CHECK(messages<Benched>(rank).size() == 1);
  SECTION("a step") {
    rank.on_message(RankId{1}, Recorded{Event{{}, Measured{.trial = slow.id}}});
  }
  SECTION("a result") {
    pair.tell_end(slow, Outcome{.metrics = {{"loss", 1}}});
  }
  const auto sent = messages<Benched>(rank);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].over);
}

TEST_CASE("bench: a rank that had worked is not taken back for what still runs there",
          "[islands]") {
  Pair pair(0);
  Rank& rank = *pair.rank;
  const Trial slow = pair.trial(99);
  rank.on_message(RankId{1}, Recorded{Event{{}, Bred{slow}}});
  rank.on_message(RankId{1}, Recorded{Event{{}, Measured{.trial = slow.id}}});
  for (std::uint64_t i = 1; i <= 30; ++i) {
    pair.tell_failure(i);
  }
  CHECK(messages<Benched>(rank).size() == 1);
  rank.on_message(RankId{1}, Recorded{Event{{}, Measured{.trial = slow.id}}});
  CHECK(messages<Benched>(rank).empty());
}

TEST_CASE("bench: where nobody else is left, what cannot be started ends the run", "[islands]") {
  Pair pair(0);
  Rank& rank = *pair.rank;
  rank.on_message(RankId{1}, Benched{.text = "trials cannot be started here: no space"});
  CHECK_FALSE(rank.ending().has_value());
  rank.bench("trials cannot be started here: no descriptors");
  REQUIRE(rank.ending().has_value());
  CHECK(rank.ending()->reason == EndReason::failed);
  CHECK(rank.ending()->text == "trials cannot be started here: no descriptors");
}

TEST_CASE("bench: with results of an earlier start a lone rank is never benched", "[islands]") {
  ManualClock clock;
  const Encoding encoding(scripted_space());
  ArchipelagoOptions options;
  options.ranks = 1;
  options.slots = 1;
  options.islands = 1;
  RankPlan plan = scripted_plan(options, encoding, 0);
  plan.proven = GENERATE(true, false);
  Rank rank(plan, encoding, clock);
  rank.begin();
  for (std::uint64_t i = 1; i <= 40 && !rank.ending(); ++i) {
    rank.on_outcome({1, 0, i}, 1, Outcome{.ending = Ending::failed, .reason = "exit code 1"});
  }
  CHECK(rank.ending().has_value() == !plan.proven);
}

}  // namespace evolt::test
