#include "archipelago.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace evolt::test {
namespace {

std::set<TrialId> ids_of(std::span<const Individual* const> living) {
  std::set<TrialId> ids;
  for (const Individual* individual : living) {
    ids.insert(individual->id);
  }
  return ids;
}

/// The invariants every run must keep, whatever its options.
void check_invariants(const Archipelago& study, const ArchipelagoOptions& options) {
  std::set<TrialId> bred;
  std::set<TrialId> finished;
  std::map<std::pair<std::int32_t, TrialId>, std::pair<std::int64_t, bool>> present;
  std::map<TrialId, std::int32_t> birthplace;
  std::set<TrialId> scored;
  std::set<TrialId> migrated;
  for (const Event& event : study.journal()) {
    if (const auto* b = std::get_if<Bred>(&event.what)) {
      CHECK(bred.insert(b->trial.id).second);
      CHECK(study.encoding().space().check(b->trial.params).ok());
      birthplace[b->trial.id] = index(b->trial.island);
    } else if (const auto* f = std::get_if<Finished>(&event.what)) {
      CHECK(bred.contains(f->trial));
      CHECK(finished.insert(f->trial).second);
      if (!f->scores.empty()) {
        scored.insert(f->trial);
        present.try_emplace({birthplace[f->trial], f->trial}, 0, true);
      }
    } else if (const auto* m = std::get_if<Migrated>(&event.what)) {
      migrated.insert(m->trial);  // rank 0 may hear of it before it hears of the result
      const auto note = [&](IslandId island, bool here) {
        auto& entry = present[{index(island), m->trial}];
        if (entry.first < m->hop || (entry.first == m->hop && !here)) {
          entry = {m->hop, here};
        }
      };
      if (m->to != kNowhere) {
        note(m->to, true);
      }
      if (!m->copy) {
        note(m->from, false);
      }
    }
  }
  CHECK(static_cast<std::int64_t>(bred.size()) == options.trials);
  CHECK(finished == bred);
  CHECK(std::includes(scored.begin(), scored.end(), migrated.begin(), migrated.end()));

  // No migrant is lost: every replica holds exactly those that the journal says are there.
  std::map<std::int32_t, std::set<TrialId>> living;
  for (std::int32_t r = 0; r < options.ranks; ++r) {
    for (const Island& island : study.rank(r).islands()) {
      std::size_t count = 0;
      for (const auto& [key, entry] : present) {
        if (key.first == index(island.id()) && entry.second) {
          ++count;
          CHECK(island.archive().find(key.second) != nullptr);
        }
      }
      CHECK(island.archive().size() == count);
      const auto ids = ids_of(island.living());
      const auto [at, first] = living.try_emplace(index(island.id()), ids);
      CHECK(at->second == ids);
    }
  }
  CHECK(static_cast<std::int32_t>(living.size()) == options.islands);
}

std::size_t count_migrations(const Archipelago& study) {
  std::size_t count = 0;
  for (const Event& event : study.journal()) {
    count += std::holds_alternative<Migrated>(event.what) ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("archipelago: four islands give the same journal byte for byte twice", "[islands]") {
  ArchipelagoOptions options;
  options.copies = GENERATE(true, false);
  Archipelago first(options);
  Archipelago second(options);
  REQUIRE(first.run());
  REQUIRE(second.run());
  CHECK(first.journal_bytes() == second.journal_bytes());
  options.seed += 1;
  Archipelago other(options);
  REQUIRE(other.run());
  CHECK(first.journal_bytes() != other.journal_bytes());
}

TEST_CASE("archipelago: keeps its invariants for any layout", "[islands]") {
  struct Shape {
    std::int32_t ranks;
    std::int32_t islands;
  };
  const Shape shape = GENERATE(Shape{1, 1}, Shape{1, 3}, Shape{4, 4}, Shape{6, 2}, Shape{2, 5});
  ArchipelagoOptions options;
  options.ranks = shape.ranks;
  options.islands = shape.islands;
  options.copies = GENERATE(true, false);
  options.topology = GENERATE("ring", "full", "random", "torus", "star", "random_regular");
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  check_invariants(study, options);
  if (shape.islands > 1) {
    CHECK(count_migrations(study) > 0);
  } else {
    CHECK(count_migrations(study) == 0);
  }
}

TEST_CASE("archipelago: whoever leaves and whoever makes room, nobody is lost", "[islands]") {
  ArchipelagoOptions options;
  options.ranks = GENERATE(1, 4, 6);
  options.islands = GENERATE(2, 3);
  options.emigrants = GENERATE(Emigrants::best, Emigrants::random, Emigrants::diverse);
  options.displaced = GENERATE(Displaced::worst, Displaced::random, Displaced::similar);
  options.self_tuning = GENERATE(false, true);
  options.learns_from_all = options.self_tuning;
  options.topology = "full";
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  check_invariants(study, options);
  std::size_t displaced = 0;
  for (const Event& event : study.journal()) {
    const auto* const m = std::get_if<Migrated>(&event.what);
    displaced += m != nullptr && m->to == kNowhere ? 1 : 0;
  }
  CHECK((displaced > 0) == (options.displaced != Displaced::worst));
  Archipelago again(options);
  REQUIRE(again.run());
  CHECK(study.journal_bytes() == again.journal_bytes());
}

TEST_CASE("archipelago: plug-ins that answer, are late or talk nonsense change no invariant",
          "[islands]") {
  ArchipelagoOptions options;
  options.plugins = true;
  options.ranks = GENERATE(1, 3, 4);
  options.islands = GENERATE(1, 3);
  options.lose = 0.1;
  Archipelago study(options);
  REQUIRE(study.run());
  CHECK(study.status().ok());
  check_invariants(study, options);
  std::map<std::string, int> bred;
  for (const Event& event : study.journal()) {
    if (const auto* b = std::get_if<Bred>(&event.what)) {
      ++bred[b->trial.lineage.propagator];
    }
  }
  CHECK(bred["plugin"] > 20);
  CHECK(bred["sample"] > 0);  // opens where the plug-in did not answer
  Archipelago again(options);
  REQUIRE(again.run());
  CHECK(study.journal_bytes() == again.journal_bytes());
}

TEST_CASE("archipelago: crashes and losses neither end the study nor change its budget",
          "[islands]") {
  ArchipelagoOptions options;
  options.ranks = 3;
  options.islands = 2;
  options.crash = 0.3;
  options.lose = 0.2;
  options.audit = 0.2;
  Archipelago study(options);
  REQUIRE(study.run());
  check_invariants(study, options);
  std::size_t lost = 0;
  std::size_t failed = 0;
  std::size_t audited = 0;
  std::set<std::pair<TrialId, std::int32_t>> let_run;  // attempts: the next may be stopped
  for (const Event& event : study.journal()) {
    lost += std::holds_alternative<Lost>(event.what) ? 1 : 0;
    if (const auto* f = std::get_if<Finished>(&event.what)) {
      failed += f->outcome.ending == Ending::failed ? 1 : 0;
      CHECK_FALSE(
          (let_run.contains({f->trial, f->attempt}) && f->outcome.ending == Ending::stopped));
    }
    if (const auto* s = std::get_if<Stopped>(&event.what); s != nullptr && s->audited) {
      ++audited;
      let_run.emplace(s->trial, s->attempt);
    }
  }
  CHECK(lost > 10);
  CHECK(failed > 20);
  CHECK(audited > 0);
}

TEST_CASE("archipelago: evolution beats its own first trials", "[islands]") {
  ArchipelagoOptions options;
  options.trials = 600;
  options.stopper = "none";
  Archipelago study(options);
  REQUIRE(study.run());
  std::vector<double> losses;
  for (const Event& event : study.journal()) {
    if (const auto* f = std::get_if<Finished>(&event.what)) {
      losses.push_back(f->scores.at(0));
    }
  }
  const auto early = std::min_element(losses.begin(), losses.begin() + 50);
  const auto all = std::min_element(losses.begin(), losses.end());
  CHECK(*all - 20.0 / 9 < 0.5 * (*early - 20.0 / 9));
}

TEST_CASE("archipelago: a halt ends every rank and keeps what ran for a retry", "[islands]") {
  ArchipelagoOptions options;
  options.trials = 1'000'000;
  options.steps = 1000;
  Archipelago study(options);
  study.rank(0).halt(EndReason::interrupted, "test");
  REQUIRE(study.run());
  for (std::int32_t r = 0; r < options.ranks; ++r) {
    REQUIRE(study.rank(r).ending().has_value());
    CHECK(study.rank(r).ending()->reason == EndReason::interrupted);
  }
  std::set<TrialId> open;
  for (const Event& event : study.journal()) {
    if (std::holds_alternative<Bred>(event.what)) {
      open.insert(subject(event));
    } else if (std::holds_alternative<Finished>(event.what)) {
      open.erase(subject(event));
    }
  }
  std::size_t lost = 0;
  for (const Event& event : study.journal()) {
    lost += std::holds_alternative<Lost>(event.what) ? 1 : 0;
  }
  CHECK(lost == open.size());
}

TEST_CASE("archipelago: ranks that lend their hosts run no trials, and the budget is met",
          "[islands]") {
  for (const std::int32_t each : {2, 3}) {
    for (const double limit : {0.0, 100.0}) {
      Archipelago study(ArchipelagoOptions{.ranks = 6,
                                           .islands = 4,
                                           .trials = 300,
                                           .learns_from_all = true,
                                           .lose = 0.05,
                                           .each = each,
                                           .limit = limit});
      REQUIRE(study.run());
      CHECK(study.status().ok());
      std::set<std::uint32_t> bred;
      std::int64_t count = 0;
      for (const Event& event : study.journal()) {
        if (const auto* const what = std::get_if<Bred>(&event.what)) {
          bred.insert(what->trial.id.rank);
          ++count;
        }
      }
      CHECK(bred == (each == 2 ? std::set<std::uint32_t>{0, 2, 4} : std::set<std::uint32_t>{0, 3}));
      CHECK((limit > 0 ? count < 300 : count == 300));
    }
  }
}

}  // namespace evolt::test
