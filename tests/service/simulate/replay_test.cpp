#include "service/simulate/replay.hpp"

#include "tests/workers/table/toy_table.hpp"
#include "workers/table/synthetic_table.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace evolt {
namespace {

using testing::ladder;
using testing::ToyTable;

/// One replay over a whole table.
struct Fixture {
  const Table& table;
  TableStudy study;
  TablePool pool;
  ReplayOptions options;

  explicit Fixture(const Table& over, const std::vector<std::string>& overrides = {})
      : table(over),
        study(over, study_of_table(over, overrides)),
        pool(draw_pool(study, std::nullopt, {.quality = 0.01}, 0)),
        options{.workers = 1, .trials = 1'000'000} {}

  Account run(const char* search, const char* stopper) const {
    return replay(study, pool, make_contender(search, stopper), options);
  }
};

}  // namespace

TEST_CASE("replay: without a rule every row is trained in full, once", "[service]") {
  const ToyTable table = ladder(30, 4);
  Fixture f(table);
  f.options.workers = GENERATE(1, 7, 100);
  const auto* const search = GENERATE("random", "evolution", "parzen");
  const Account account = f.run(search, "none");
  CHECK(account.started == 30);
  CHECK(account.spent.epochs == 120);
  CHECK(account.full.epochs == 120);
  CHECK(account.spent.seconds.value == Approx(4 * 30 * 31 / 2));
  CHECK(account.full.seconds.value == Approx(4 * 30 * 31 / 2));
  CHECK(account.spent.joules == Joules{30 * 40});
  CHECK(account.returned == f.pool.best);
  CHECK(account.epochs_to_quality.has_value());
}

TEST_CASE("replay: several islands share the rows", "[service]") {
  const ToyTable table = ladder(40, 3);
  const Fixture f(table, {"islands.count=3"});
  CHECK(f.run("evolution", "none").started == 40);
  CHECK(f.run("random", "none").started == 40);
}

TEST_CASE("replay: trials are a limit", "[service]") {
  const ToyTable table = ladder(30, 4);
  Fixture f(table);
  f.options.trials = 12;
  CHECK(f.run("evolution", "none").started == 12);
}

TEST_CASE("replay: a budget of joules holds as in a run", "[service]") {
  const ToyTable table = ladder(30, 4);  // rows of 40 J
  Fixture f(table, {"budget.joules=210"});
  f.options.workers = GENERATE(1, 3, 30);
  const Account account = f.run(GENERATE("random", "evolution"), "none");
  CHECK(account.started == 5);
  CHECK(account.spent.joules == Joules{200});
}

TEST_CASE("replay: virtual time is that of the workers", "[service]") {
  // Rows of 4, 8 and 12 s on two workers, the last two seconds each of start-up.
  const ToyTable table({{0.1, {1, 1, 1, 1}}, {0.2, {2, 2, 2, 2}}, {0.3, {3, 3, 3, 3}}});
  Fixture f(table);
  f.options.workers = 3;
  f.options.startup = Seconds{2};
  const Account account = f.run("random", "none");
  CHECK(account.time_to_quality == Seconds{14});
  CHECK(account.epochs_to_quality == 12);
  CHECK(account.spent.seconds == Seconds{4 + 8 + 12 + 3 * 2});
  CHECK(account.full.seconds == account.spent.seconds);
}

TEST_CASE("replay: a rule stops the weak ones, start-up is paid all the same", "[service]") {
  const ToyTable table = ladder(60, 10);
  Fixture f(table);
  f.options.startup = Seconds{100};
  const Account account = f.run("random", "median");
  CHECK(account.started == 60);
  CHECK(account.spent.epochs < 450);
  CHECK(account.spent.seconds >= Seconds{60 * 100});
  CHECK(account.full.seconds.value == Approx(60 * 100 + 10 * 60 * 61 / 2));
  CHECK(account.returned == f.pool.best);
}

TEST_CASE("replay: audits are counted apart and bring no result", "[service]") {
  const ToyTable table = ladder(60, 10);
  const Fixture audited(table, {"stopper.audit=1"});
  const Account account = audited.run("random", "median");
  const Account plain = Fixture(table, {"stopper.audit=0"}).run("random", "median");
  CHECK(account.spent.epochs == 600);
  CHECK(account.audit.epochs > 100);
  CHECK(account.audit.epochs < 600);
  CHECK(account.audit.seconds.value > 100);
  CHECK(account.audit.joules.value == Approx(10.0 * static_cast<double>(account.audit.epochs)));
  CHECK(plain.audit.epochs == 0);
}

TEST_CASE("replay: a doomed row that is only audited is not returned", "[service]") {
  std::vector<ToyTable::Row> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back({0.01 * i, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5}});
  }
  rows.push_back(
      {0.9, {0.1, 0.1, 0.1, 0.1, 0.1, 0.9}});  // the last to start is the best at the end
  const ToyTable table(std::move(rows));
  Fixture f(table, {"stopper.audit=1"});
  f.pool.rows = f.study.rows();
  CHECK(f.run("random", "median").returned == -0.5);
  CHECK(f.run("random", "none").returned == -0.9);
}

TEST_CASE("replay: what diverged is no result", "[service]") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const ToyTable table({{0.1, {none, none}}, {0.2, {none, none}}});
  const Account account = Fixture(table).run("random", "none");
  CHECK(account.started == 2);
  CHECK(account.spent.epochs == 4);
  CHECK_FALSE(account.returned);
}

TEST_CASE("replay: i-epoch trains all for I epochs and finishes the best", "[service]") {
  const ToyTable table = ladder(50, 10);
  Fixture f(table);
  f.options.startup = Seconds{1};
  const Account account = f.run("random", "i-epoch:2:5");
  CHECK(account.started == 50);
  CHECK(account.spent.epochs == 50 * 2 + 5 * 8);
  CHECK(account.full.epochs == 500);
  // The best five are the rows of 46 to 50 s an epoch; each starts a second time.
  CHECK(account.spent.seconds.value == Approx(2 * 50 * 51 / 2 + 8 * 240 + 55));
  CHECK(account.returned == f.pool.best);
  // The best first, when all have paused.
  CHECK(account.time_to_quality->value == Approx(2 * 50 * 51 / 2 + 50 + 8 * 50 + 1));
}

TEST_CASE("replay: i-epoch as long as the table is training in full", "[service]") {
  const ToyTable table = ladder(30, 4);
  const Account account = Fixture(table).run("random", "i-epoch:4");
  CHECK(account.spent.epochs == 120);
  CHECK(account.returned.has_value());
}

TEST_CASE("replay: looked up exactly, what is not a row is infeasible and free", "[service]") {
  std::vector<ToyTable::Row> rows;
  for (int i = 0; i < 8; ++i) {
    rows.push_back({0.1 * i * (1 + 3e-7), {0.1 * i, 0.1 * i}});  // tables round
  }
  const ToyTable table(std::move(rows));
  Study study = study_of_table(table, {});
  study.space = SearchSpace({{"x", FloatDomain{.low = 0, .high = 1, .step = 0.1}, {}}});
  const TableStudy over(table, study);
  REQUIRE(over.rows().size() == 8);
  const TablePool pool{.rows = {1, 3, 4, 5, 6, 7}, .best = -0.7, .hit = -0.7, .quality = -0.7};
  ReplayOptions options{.workers = 1, .trials = 6, .lookup = Lookup::nearest};
  const Contender contender = make_contender("evolution", "none");
  CHECK(replay(over, pool, contender, options).started == 6);
  options.lookup = Lookup::exact;
  const Account account = replay(over, pool, contender, options);
  CHECK(account.started < 6);
  CHECK(account.started > 0);
  CHECK(account.spent.epochs == 2 * account.started);
}

TEST_CASE("replay: the same seed gives the same account, another one another", "[service]") {
  const auto table = synthetic_table(400);
  Fixture f(*table);
  f.options.workers = 20;
  const Account a = f.run("evolution", "default");
  const Account b = f.run("evolution", "default");
  CHECK(a.spent.epochs == b.spent.epochs);
  CHECK(a.spent.seconds == b.spent.seconds);
  CHECK(a.time_to_quality == b.time_to_quality);
  f.options.seed = 1;
  CHECK(f.run("evolution", "default").spent.seconds != a.spent.seconds);
}

TEST_CASE("replay: a search that learns finds good rows sooner than chance", "[service]") {
  const auto table = synthetic_table(3000);
  Fixture f(*table);
  f.options.trials = 300;
  const auto epochs = [&](const char* search, std::uint64_t seed) {
    f.pool = draw_pool(f.study, std::nullopt, {.quality = 0.005}, seed);
    f.options.seed = seed;
    return f.run(search, "none").epochs_to_quality.value_or(300 * 50);
  };
  std::int64_t learnt = 0;
  std::int64_t chance = 0;
  for (std::uint64_t seed = 0; seed < 7; ++seed) {
    learnt += epochs("evolution", seed);
    chance += epochs("random", seed);
  }
  CHECK(10 * learnt < 7 * chance);
}

TEST_CASE("replay: where trials run again, attempts cost all steps to their goals", "[service]") {
  const auto asha = [](const std::string& rerun) {
    return std::vector<std::string>{"stopper.kind={ name = \"asha\", promote = true }",
                                    "stopper.audit=0", "trial.rerun=" + rerun};
  };
  const ToyTable table = ladder(30, 9);  // rungs 1 and 3
  const Account once = Fixture(table, asha("false")).run("random", "asha");
  const Account anew = Fixture(table, asha("true")).run("random", "asha");
  // The same trials come as far; those that passed a rung train what lies below it again.
  CHECK(anew.started == 30);
  CHECK(anew.returned == once.returned);
  CHECK(anew.spent.epochs > once.spent.epochs);
  // once = 30 + 2 a + 6 b and anew = 30 + 3 a + 9 b, for a and b that passed the rungs.
  CHECK(3 * (once.spent.epochs - 30) == 2 * (anew.spent.epochs - 30));
}

TEST_CASE("replay: an audited attempt that runs again is audit whole", "[service]") {
  const ToyTable table = ladder(20, 9);
  const Account account =
      Fixture(table, {"stopper.kind=asha", "stopper.audit=1", "trial.rerun=true"})
          .run("random", "asha");
  // Each trains 1, and at once 9 or 3 and 9; what the verdicts cost is at least the 9 of each.
  CHECK(account.spent.epochs >= 20 * 10);
  CHECK(account.audit.epochs % 9 == 0);
  CHECK(account.audit.joules.value == Approx(10.0 * static_cast<double>(account.audit.epochs)));
}

}  // namespace evolt
