// Ranks that die in the middle of a study.
#include "archipelago.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace evolt::test {
namespace {

struct Count {
  std::set<TrialId> bred;
  std::map<TrialId, int> finished;
  std::map<TrialId, int> leased;
  std::map<TrialId, int> lost;
  int given_up = 0;
};

Count count(const std::vector<Event>& journal) {
  Count counts;
  for (const Event& event : journal) {
    const TrialId id = subject(event);
    if (std::holds_alternative<Bred>(event.what)) {
      CHECK(counts.bred.insert(id).second);
    } else if (std::holds_alternative<Leased>(event.what)) {
      ++counts.leased[id];
    } else if (const auto* finished = std::get_if<Finished>(&event.what)) {
      ++counts.finished[id];
      counts.given_up += finished->outcome.failure == Failure::attempts ? 1 : 0;
    } else if (const auto* lost = std::get_if<Lost>(&event.what)) {
      CHECK(lost->reason == "scripted death");
      ++counts.lost[id];
    }
  }
  return counts;
}

/// The budget is met exactly, every trial ended once, and every attempt either ended it or is lost.
void check_whole(const Count& counts, std::int64_t budget) {
  CHECK(counts.bred.size() == static_cast<std::size_t>(budget));
  CHECK(counts.finished.size() == counts.bred.size());
  for (const auto& [id, times] : counts.finished) {
    CHECK(times == 1);
    const auto lost = counts.lost.find(id);
    CHECK(counts.leased.at(id) - (lost == counts.lost.end() ? 0 : lost->second) <= 1);
  }
}

}  // namespace

TEST_CASE("losses: the survivors finish the budget exactly", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = GENERATE(2, 4, 9);
  options.islands = GENERATE(1, 2, 9);
  options.copies = GENERATE(true, false);
  options.learns_from_all = options.copies;
  options.deaths = {{1, 7.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  const Count counts = count(study.journal());
  check_whole(counts, options.trials);
  CHECK_FALSE(counts.lost.empty());
  CHECK(counts.given_up == 0);
}

TEST_CASE("losses: one rank after another, down to rank 0 alone", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = 6;
  options.islands = GENERATE(1, 3, 6);
  options.seed = GENERATE(1U, 2U, 3U, 4U, 5U);
  Rng rng{options.seed};
  for (std::int32_t rank = 1; rank < options.ranks; ++rank) {
    options.deaths.emplace_back(rank, 1 + 40 * rng.uniform());
  }
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  CHECK(study.dead().size() == 5);
  check_whole(count(study.journal()), options.trials);
}

TEST_CASE("losses: a death at the very end holds nobody up", "[islands]") {
  ArchipelagoOptions options;
  options.trials = 30;
  options.seed = GENERATE(1U, 2U, 3U);
  Archipelago whole(options);
  REQUIRE(whole.run());
  const double end = whole.journal().back().at.value;
  for (double before = 0; before < 6; before += 0.75) {
    options.deaths = {{3, end - before}};
    Archipelago study(options);
    REQUIRE(study.run());
    check_whole(count(study.journal()), options.trials);
  }
}

TEST_CASE("losses: a trial that kills its rank is given up, and spares the others", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = 12;
  options.islands = 2;
  options.trials = 60;
  options.killer = 0.02;
  options.seed = GENERATE(1U, 2U, 3U);
  Archipelago study(options);
  REQUIRE(study.run());
  check_whole(count(study.journal()), options.trials);
}

TEST_CASE("losses: deaths are as reproducible as all else", "[islands]") {
  ArchipelagoOptions options;
  options.deaths = {{1, 5.0}, {3, 11.0}};
  Archipelago first(options);
  Archipelago second(options);
  REQUIRE(first.run());
  REQUIRE(second.run());
  CHECK(first.journal_bytes() == second.journal_bytes());
}

TEST_CASE("losses: rank 0 gives up on a trial after so many deaths", "[islands]") {
  ManualClock clock;
  const Encoding encoding(scripted_space());
  ArchipelagoOptions options;
  options.ranks = 5;
  options.islands = 1;
  options.slots = 0;
  RankPlan plan = scripted_plan(options, encoding, 0);
  plan.credits = 0;
  plan.unfinished = 1;
  Rank rank(plan, encoding, clock);
  rank.begin();
  Rng rng{1};
  Trial trial{.id = TrialId{1, 1, 1}, .genome = encoding.random(rng)};
  trial.params = encoding.decode(trial.genome);
  std::int32_t at = 1;
  rank.entrust(RankId{at}, Retry{.trial = trial, .attempt = 2, .checkpoint = {}, .known = {}});
  for (int death = 1; death <= plan.attempts; ++death) {
    rank.on_message(
        RankId{at},
        Recorded{Event{
            {}, Leased{Attempt{.trial = trial.id, .number = 1 + death, .rank = RankId{at}}}}});
    static_cast<void>(rank.take_actions());
    rank.lose(RankId{at}, "killed");
    std::optional<RankId> heir;
    bool gave_up = false;
    for (const Action& action : rank.take_actions()) {
      if (const auto* send = std::get_if<SendMessage>(&action)) {
        if (const auto* retry = std::get_if<Retry>(&send->message)) {
          heir = send->to;
          CHECK(retry->attempt == 2 + death);
          CHECK(retry->losses == death);
        }
      } else if (const auto* record = std::get_if<RecordEvent>(&action)) {
        if (const auto* finished = std::get_if<Finished>(&record->event.what)) {
          gave_up = true;
          CHECK(finished->outcome.failure == Failure::attempts);
        }
      }
    }
    CHECK(gave_up == (death == plan.attempts));
    if (!gave_up) {
      REQUIRE(heir.has_value());
      CHECK(*heir != RankId{at});
      at = index(*heir);
      if (at == 0) {
        return;  // rank 0 itself has it now: it cannot lose itself
      }
    }
  }
  CHECK(rank.ending().has_value());
}

TEST_CASE("losses: a rank that hears that it is lost must end", "[islands]") {
  ManualClock clock;
  const Encoding encoding(scripted_space());
  Rank rank(scripted_plan({}, encoding, 2), encoding, clock);
  rank.begin();
  static_cast<void>(rank.take_actions());
  rank.on_message(RankId{0}, RankLost{RankId{2}});
  bool told = false;
  for (const Action& action : rank.take_actions()) {
    const auto* forget = std::get_if<ForgetRank>(&action);
    told = told || (forget != nullptr && forget->rank == RankId{2});
  }
  CHECK(told);
}

}  // namespace evolt::test
