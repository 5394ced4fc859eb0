#include "service/run/rank_loop.hpp"

#include "estimators/catalogue.hpp"
#include "islands/loopback.hpp"
#include "propagator/catalogue.hpp"
#include "workers/inproc_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace evolt;

namespace {

/// Knows only later that the first attempts could not be started.
class LateExecutor final : public Executor {
 public:
  LateExecutor(boost::asio::io_context& io, Executor& inner, int fail)
      : io_(io), inner_(inner), fail_(fail) {}

  std::size_t slots() const override { return inner_.slots(); }
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer) override {
    if (fail_ == 0) {
      return inner_.start(trial, attempt, observer);
    }
    --fail_;
    boost::asio::post(io_, [&observer, id = trial.id, number = attempt.number] {
      observer.on_not_started(id, number, "too many open files");
    });
    return absl::OkStatus();
  }
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override {
    inner_.stop(trial, reason, what);
  }

 private:
  boost::asio::io_context& io_;
  Executor& inner_;
  int fail_;
};

/// One real rank of two; the other never says a word.
struct Bench {
  explicit Bench(std::int32_t self)
      : encoding(SearchSpace({{"x", FloatDomain{.low = 0, .high = 1}, {}}})),
        mailbox(network.endpoint(RankId{self})),
        executor(
            io,
            [](const Params& params, Reporter&) -> absl::StatusOr<Metrics> {
              return Metrics{{"loss", std::get<double>(params.front().second)}};
            },
            InprocOptions{.slots = 1}),
        rank(plan(self), encoding, clock) {
    mailbox.settle(Layout(2, 1));
  }

  RankPlan plan(std::int32_t self) const {
    return RankPlan{.self = RankId{self},
                    .layout = Layout(2, 1),
                    .slots = 1,
                    .credits = 10,
                    .objective = Objective(ObjectiveOptions{.names = {"loss"}}),
                    .estimator = make_estimator("none", {}),
                    .topology = make_topology("ring", {}),
                    .propagators = {make_propagator("random", encoding)}};
  }

  absl::Status run() {
    rank.begin();
    RankLoop loop(RankWorld{.io = io,
                            .clock = clock,
                            .mailbox = mailbox,
                            .rank = rank,
                            .executor = *runs,
                            .recorder = mailbox.self() == kRecorder ? &recorder : nullptr,
                            .say = [this](const std::string& text) { said.push_back(text); },
                            .deaths = std::move(deaths),
                            .longest_silence = 0});
    const absl::Status status = loop.run();
    lost = loop.ranks_lost();
    return status;
  }

  boost::asio::io_context io;
  SystemClock clock;
  Encoding encoding;
  LoopbackNetwork network{2};
  Mailbox mailbox;
  InprocExecutor executor;
  Executor* runs = &executor;
  Ledger ledger{LedgerOptions{.names = {"loss"}}};
  Recorder recorder{nullptr, ledger};
  Rank rank;
  std::function<std::vector<Death>()> deaths;
  std::vector<std::string> said;
  std::int32_t lost = 0;
};

}  // namespace

TEST_CASE("rank loop: rank 0 goes on without a rank that is silent", "[service]") {
  Bench bench(0);
  CHECK(bench.run().ok());
  CHECK(bench.lost == 1);
  REQUIRE(bench.said.size() == 1);
  CHECK(bench.said[0].find("rank 1 is lost (silent for") == 0);
  CHECK(bench.ledger.counts().total == 10);
  CHECK(bench.ledger.counts().finished == 10);
}

TEST_CASE("rank loop: what could not be started, as is known later, is no attempt of its trial",
          "[service]") {
  Bench bench(0);
  LateExecutor late(bench.io, bench.executor, 4);  // more than a trial has attempts
  bench.runs = &late;
  CHECK(bench.run().ok());
  CHECK(bench.ledger.counts().finished == 10);
  CHECK(bench.ledger.counts().total == 10);
}

TEST_CASE("rank loop: a host where nothing starts, as is known later, is benched", "[service]") {
  Bench bench(0);
  LateExecutor late(bench.io, bench.executor, 1'000'000);
  bench.runs = &late;
  bench.run().IgnoreError();
  const bool told = std::any_of(bench.said.begin(), bench.said.end(), [](const std::string& text) {
    return text.find("trials cannot be started here: too many open files") != std::string::npos;
  });
  CHECK(told);
}

TEST_CASE("rank loop: the user hears of a rank that runs no more trials", "[service]") {
  Bench bench(0);
  Mailbox one(bench.network.endpoint(RankId{1}));
  one.post(RankId{0}, Benched{.text = "trials cannot be started here: no space"}, Seconds{});
  one.flush(Seconds{}, true);
  CHECK(bench.run().ok());
  const std::string wanted =
      "rank 1 starts no more trials, the others go on: trials cannot be started here: no space";
  CHECK(std::find(bench.said.begin(), bench.said.end(), wanted) != bench.said.end());
  CHECK(bench.ledger.counts().finished == 10);
}

TEST_CASE("rank loop: what a supervisor says is believed at once", "[service]") {
  Bench bench(0);
  bench.deaths = [] { return std::vector<Death>{{RankId{1}, "killed by signal 9"}}; };
  CHECK(bench.run().ok());
  REQUIRE(bench.said.size() == 1);
  CHECK(bench.said[0].find("rank 1 is lost (killed by signal 9)") == 0);
}

TEST_CASE("rank loop: what is said of a lost rank's trials is true", "[service]") {
  Bench bench(0);
  Mailbox one(bench.network.endpoint(RankId{1}));
  std::string wanted;
  SECTION("while the search goes on") {
    bench.deaths = [] { return std::vector<Death>{{RankId{1}, "killed by signal 9"}}; };
    wanted = "its trials run again elsewhere";
  }
  SECTION("after its last word") {
    one.say_farewell(Seconds{});
    REQUIRE(bench.mailbox.collect(Seconds{}).ok());
    bench.deaths = [] { return std::vector<Death>{{RankId{1}, "killed by signal 9"}}; };
    wanted = "its work was done";
  }
  SECTION("when the budget is used") {
    bench.deaths = [&bench] {
      return bench.rank.ending() ? std::vector<Death>{{RankId{1}, "killed by signal 9"}}
                                 : std::vector<Death>();
    };
    wanted = "its work was done";
  }
  SECTION("when the run was interrupted") {
    bench.rank.halt(EndReason::interrupted, "signal 15");
    bench.deaths = [] { return std::vector<Death>{{RankId{1}, "killed by signal 9"}}; };
    wanted = "its trials wait for the next start";
  }
  static_cast<void>(bench.run());
  REQUIRE_FALSE(bench.said.empty());
  CHECK(bench.said.back() == "rank 1 is lost (killed by signal 9); " + wanted);
}

TEST_CASE("rank loop: a rank that loses sight of rank 0 ends", "[service]") {
  Bench bench(1);
  const absl::Status status = bench.run();
  CHECK(absl::IsAborted(status));
  CHECK(status.message().find("rank 0 is gone") == 0);
}

TEST_CASE("rank loop: a rank that is taken for dead ends", "[service]") {
  Bench bench(1);
  Mailbox zero(bench.network.endpoint(RankId{0}));
  zero.post(RankId{1}, RankLost{RankId{1}}, Seconds{});
  zero.flush(Seconds{}, true);
  const absl::Status status = bench.run();
  CHECK(absl::IsAborted(status));
  CHECK(status.message() == "rank 0 takes this rank for dead");
}
