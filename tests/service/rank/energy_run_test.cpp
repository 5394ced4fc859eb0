// Whole runs under a budget of energy, with an executor that measures.
#include "islands/loopback.hpp"
#include "service/report/report.hpp"
#include "service/run/run_study.hpp"
#include "tests/service/storage/temporary_directory.hpp"
#include "workers/inproc_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>

namespace evolt {
namespace {

/// Runs a function, and says that each attempt used so much.
class MeteredExecutor final : public Executor, private TrialObserver {
 public:
  MeteredExecutor(boost::asio::io_context& io, std::optional<Joules> each)
      : function_(
            io,
            [](const Params& params, Reporter&) -> absl::StatusOr<Metrics> {
              return Metrics{{"acc", std::get<double>(params.front().second)}};
            },
            InprocOptions{.slots = 1}),
        each_(each) {}

  std::size_t slots() const override { return function_.slots(); }
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& to) override {
    to_ = &to;
    return function_.start(trial, attempt, *this);
  }
  void stop(const TrialId& trial, std::string_view reason, StopFor what) override {
    function_.stop(trial, reason, what);
  }

 private:
  Verdict on_measurement(const TrialId& trial, std::int32_t attempt,
                         const Measurement& measurement) override {
    return to_->on_measurement(trial, attempt, measurement);
  }
  void on_outcome(const TrialId& trial, std::int32_t attempt, const Outcome& outcome) override {
    Outcome metered = outcome;
    metered.usage.wall = {2};
    if (each_) {
      metered.usage.energy = EnergyReading{.joules = *each_,
                                           .lower = *each_,
                                           .upper = *each_,
                                           .label = EnergyLabel::counter_exclusive,
                                           .coverage = 1};
    }
    to_->on_outcome(trial, attempt, metered);
  }
  void on_lost(const TrialId& trial, std::int32_t attempt, std::string_view reason,
               const Usage& usage) override {
    to_->on_lost(trial, attempt, reason, usage);
  }

  InprocExecutor function_;
  std::optional<Joules> each_;
  TrialObserver* to_ = nullptr;
};

RunResult run(const std::string& directory, const std::string& budget,
              std::optional<Joules> each = Joules{10}, bool measures = true) {
  LoopbackNetwork network(1);
  RunOptions options;
  options.directory = directory;
  options.keep = !directory.empty();
  options.measures_joules = measures;
  options.make_executor =
      [each](const ExecutorSite& site) -> absl::StatusOr<std::unique_ptr<Executor>> {
    return std::make_unique<MeteredExecutor>(site.io, each);
  };
  const std::string text =
      "[study]\nname = \"s\"\n[objective]\nmaximize = \"acc\"\n[trial]\nmode = "
      "\"inproc\"\n[param]\n"
      "x = { type = \"float\", low = 0, high = 1 }\n[budget]\ntrials = 1000\n" +
      budget;
  return run_study(
      network.endpoint(RankId{0}), [&] { return parse_study(text, "s.toml"); }, options);
}

}  // namespace

TEST_CASE("run: a budget of joules ends it, and the report says what was used", "[service]") {
  const RunResult result = run("",
                               "joules = 105\n[energy]\npue = 1.5\ncarbon = \"SE\"\n"
                               "tariff = { price = 0.2, currency = \"EUR\" }\n");
  CHECK(result.code == ExitCode::complete);
  CHECK(result.message ==
        "budget.joules has no room for another trial: 100 J of 105 J are used, and a trial takes "
        "about 10 J");
  REQUIRE(result.ledger != nullptr);
  CHECK(result.ledger->counts().finished == 10);
  const auto energy = best_report(*result.ledger)["energy"];
  CHECK(energy["joules"] == 100);
  CHECK(energy["facility_joules"] == 150);
  CHECK(energy["gco2e"].get<double>() == Approx(150 / 3.6e6 * 35.8));
  CHECK(energy["cost"]["amount"].get<double>() == Approx(150 / 3.6e6 * 0.2));
  CHECK(energy["budgets"][0]["used"] == 100);
  CHECK(energy["budgets"][0]["over"] == 0);
}

TEST_CASE("run: a budget of energy is one of all starts", "[service]") {
#ifdef EVOLT_WITH_SQLITE
  const testing::TemporaryDirectory folder;
  const std::string directory = folder / "study";
  CHECK(run(directory, "joules = 50\n").ledger->counts().finished == 5);
  const RunResult again = run(directory, "joules = 50\n");
  CHECK(again.code == ExitCode::complete);
  CHECK(again.ledger->counts().total == 5);
  CHECK(again.message.find("budget.joules is used: 50 J of 50 J") == 0);
  CHECK(run(directory, "joules = 85\n").ledger->counts().finished == 8);
#endif
}

TEST_CASE("run: a budget of energy is never silently unlimited", "[service]") {
  SECTION("refused where nothing measures") {
    const RunResult result = run("", "joules = 50\n", Joules{10}, false);
    CHECK(result.code == ExitCode::study_file);
    CHECK(result.message.find("budget.joules") != std::string::npos);
    CHECK(result.message.find("not measured") != std::string::npos);
  }
  SECTION("ended where it turns out so") {
    const RunResult result = run("", "joules = 50\n", std::nullopt);
    CHECK(result.code == ExitCode::held);
    CHECK(result.message.find("budget.joules cannot be kept") == 0);
  }
}

TEST_CASE("run: a gain that costs too much ends it", "[service]") {
  const RunResult result = run("", "gain_per_joule = 1\ngain_over = 7\n");
  CHECK(result.code == ExitCode::complete);
  CHECK(result.message.find("the best score gained") == 0);
  CHECK(result.ledger->counts().finished == 8);
}

}  // namespace evolt
