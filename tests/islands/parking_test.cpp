// Trials that end for now and go on later.
#include "archipelago.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace evolt::test {
namespace {

ArchipelagoOptions parking(std::int32_t ranks, std::int32_t islands) {
  ArchipelagoOptions options;
  options.ranks = ranks;
  options.islands = islands;
  options.steps = 30;
  options.stopper = "default";
  options.parks = true;
  return options;
}

struct Count {
  std::set<TrialId> bred;
  std::map<TrialId, std::int32_t> leased;
  std::map<TrialId, std::int64_t> step;  ///< the last one measured
  std::map<TrialId, Ending> ended;
  std::set<TrialId> parked;   ///< at some time
  std::set<TrialId> resumed;  ///< after that
  std::int64_t steps = 0;
};

/// Checks on the way that attempts follow each other and no step is run twice.
Count count(const std::vector<Event>& journal) {
  Count counts;
  for (const Event& event : journal) {
    const TrialId id = subject(event);
    if (std::holds_alternative<Bred>(event.what)) {
      CHECK(counts.bred.insert(id).second);
    } else if (const auto* leased = std::get_if<Leased>(&event.what)) {
      CHECK(leased->attempt.number == ++counts.leased[id]);
      if (counts.parked.contains(id)) {
        counts.resumed.insert(id);
      }
    } else if (const auto* measured = std::get_if<Measured>(&event.what)) {
      CHECK(measured->measurement.step == counts.step[id] + 1);
      counts.step[id] = measured->measurement.step;
      ++counts.steps;
    } else if (const auto* parked = std::get_if<Parked>(&event.what)) {
      CHECK(parked->step == counts.step[id]);
      CHECK_FALSE(parked->reason.empty());
      counts.parked.insert(id);
    } else if (const auto* finished = std::get_if<Finished>(&event.what)) {
      CHECK(counts.ended.emplace(id, finished->outcome.ending).second);
      CHECK(finished->outcome.steps == counts.step[id]);
      CHECK_FALSE(finished->scores.empty());
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("parking: every trial ends once, and no step is run twice", "[islands]") {
  ArchipelagoOptions options = parking(GENERATE(1, 2, 4, 9), GENERATE(1, 4));
  options.seed = GENERATE(1U, 2U);
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  const Count counts = count(study.journal());
  CHECK(counts.bred.size() == static_cast<std::size_t>(options.trials));
  CHECK(counts.ended.size() == counts.bred.size());
  CHECK(counts.parked.size() > counts.bred.size() / 2);
  CHECK(counts.resumed.size() >= 2);
  CHECK(counts.steps < options.trials * options.steps / 3);
  std::size_t finished = 0;
  for (const auto& [id, ending] : counts.ended) {
    finished += ending == Ending::finished ? 1 : 0;
    CHECK((ending == Ending::finished) == (counts.step.at(id) == options.steps));
  }
  CHECK(finished >= 3);
}

TEST_CASE("parking: the same seed gives the same journal", "[islands]") {
  Archipelago first(parking(4, 2));
  Archipelago second(parking(4, 2));
  REQUIRE(first.run());
  REQUIRE(second.run());
  CHECK(first.journal_bytes() == second.journal_bytes());
}

TEST_CASE("parking: what a dead rank had parked goes on elsewhere", "[islands]") {
  ArchipelagoOptions options = parking(4, GENERATE(1, 4));
  options.deaths = {{1, 25.0}, {3, 60.0}};
  Archipelago study(options);
  REQUIRE(study.run());
  std::set<TrialId> bred;
  std::set<TrialId> ended;
  std::set<TrialId> parked_by_the_dead;
  for (const Event& event : study.journal()) {
    const TrialId id = subject(event);
    if (std::holds_alternative<Bred>(event.what)) {
      bred.insert(id);
    } else if (std::holds_alternative<Finished>(event.what)) {
      CHECK(ended.insert(id).second);
    } else if (std::holds_alternative<Parked>(event.what) && id.rank == 1) {
      parked_by_the_dead.insert(id);
    }
  }
  CHECK(bred.size() == static_cast<std::size_t>(options.trials));
  CHECK(ended == bred);
  CHECK_FALSE(parked_by_the_dead.empty());
}

TEST_CASE("parking: audited trials run to their end", "[islands]") {
  ArchipelagoOptions options = parking(2, 1);
  options.audit = 1;
  Archipelago study(options);
  REQUIRE(study.run());
  const Count counts = count(study.journal());
  CHECK_FALSE(counts.parked.empty());  // first parked, and audited when nobody needs them
  for (const auto& [id, ending] : counts.ended) {
    CHECK(ending == Ending::finished);
  }
}

TEST_CASE("parking: crashes and losses on the way", "[islands]") {
  ArchipelagoOptions options = parking(GENERATE(1, 3), 2);
  options.crash = 0.1;
  options.lose = 0.2;
  Archipelago study(options);
  REQUIRE(study.run());
  std::set<TrialId> bred;
  std::set<TrialId> ended;
  for (const Event& event : study.journal()) {
    if (std::holds_alternative<Bred>(event.what)) {
      bred.insert(subject(event));
    } else if (std::holds_alternative<Finished>(event.what)) {
      CHECK(ended.insert(subject(event)).second);
    }
  }
  CHECK(bred.size() == static_cast<std::size_t>(options.trials));
  CHECK(ended == bred);
}

}  // namespace evolt::test
