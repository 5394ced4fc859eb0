#include "service/run/rank_loop.hpp"

#include "estimators/catalogue.hpp"
#include "islands/loopback.hpp"
#include "propagator/catalogue.hpp"
#include "workers/inproc_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace evolt;

namespace {

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
                            .executor = executor,
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
