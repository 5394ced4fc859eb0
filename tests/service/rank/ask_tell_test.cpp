#include "service/search/ask_tell.hpp"

#include "core/config_error.hpp"
#include "study_text.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace evolt {
namespace {

using test::small_study;

}  // namespace

TEST_CASE("ask_tell: a power limit is refused, for nobody would set it", "[service]") {
  Study study = small_study();
  study.space = SearchSpace({{"limit", FloatDomain{100, 300}, {}, Knob::gpu_power_limit}});
  CHECK_THROWS_WITH(AskTell(study), Catch::Contains("evolt run"));
}

TEST_CASE("ask_tell: numbers trials from 1 and ends with the budget", "[service]") {
  AskTell search(small_study("", 3));
  for (std::int64_t i = 1; i <= 3; ++i) {
    const auto asked = search.ask();
    REQUIRE(asked);
    CHECK(asked->trial == i);
  }
  CHECK_FALSE(search.ask());  // all are open, and no more may start
  CHECK(search.tell(2, {{"acc", 0.5}}).ok());
  CHECK_FALSE(search.ask());
  CHECK(search.ledger().counts().finished == 1);
  CHECK(search.ledger().counts().total == 3);
}

TEST_CASE("ask_tell: refuses what it does not know, and nothing changes", "[service]") {
  AskTell search(small_study());
  const auto asked = search.ask();
  REQUIRE(asked);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(absl::IsNotFound(search.tell(7, {{"acc", 1}})));
  CHECK(absl::IsInvalidArgument(search.tell(1, {{"loss", 1}})));
  CHECK(absl::IsInvalidArgument(search.tell(1, {{"acc", nan}})));
  CHECK(absl::IsInvalidArgument(search.report(1, 1, {{"acc", nan}}).status()));
  CHECK(absl::IsInvalidArgument(search.report(1, -1, {{"acc", 1}}).status()));
  CHECK(absl::IsNotFound(search.report(0, 1, {{"acc", 1}}).status()));
  CHECK(search.ledger().counts().running == 1);
  CHECK(search.ledger().epochs().spent == 0);
  CHECK(search.tell(1, {{"acc", 1}}).ok());
  CHECK(absl::IsNotFound(search.tell(1, {{"acc", 1}})));
  CHECK(absl::IsNotFound(search.tell_failed(1, "again")));
}

TEST_CASE("ask_tell: an objective that was reported need not be told again", "[service]") {
  AskTell search(small_study());
  REQUIRE(search.ask());
  REQUIRE(search.report(1, 4, {{"acc", 0.75}}).ok());
  REQUIRE(search.tell(1, {}).ok());
  REQUIRE(search.ledger().best() != nullptr);
  CHECK(search.ledger().best()->result->scores == std::vector<double>{-0.75});
}

TEST_CASE("ask_tell: a stopped trial is never the best", "[service]") {
  AskTell search(small_study("[stopper]\nkind = \"median\"\nmin_steps = 1\n", 30));
  std::int64_t stopped = 0;
  for (int i = 0; i < 30; ++i) {
    const auto asked = search.ask();
    REQUIRE(asked);
    const double worth = i < 10 ? 0.5 : 0.1;
    const auto verdict = search.report(asked->trial, 2, {{"acc", worth}});
    REQUIRE(verdict.ok());
    stopped += verdict->stops() ? 1 : 0;
    // What is told after a stop may look as good as it likes.
    REQUIRE(search.tell(asked->trial, {{"acc", verdict->stops() ? 0.99 : worth}}).ok());
  }
  CHECK(stopped > 0);
  CHECK(search.ledger().counts().stopped == stopped);
  CHECK(search.ledger().in_users_sign(0, search.ledger().best()->result->scores[0]) == 0.5);
}

TEST_CASE("ask_tell: many failures do not end a search that its caller drives", "[service]") {
  AskTell search(small_study());
  for (int i = 1; i <= 20; ++i) {
    REQUIRE(search.ask());
    REQUIRE(search.tell_failed(i, "no").ok());
  }
  CHECK_FALSE(search.ask());
  CHECK(search.ledger().counts().failed == 20);
}

TEST_CASE("ask_tell: refuses a stopping rule that is a program", "[service]") {
  CHECK_THROWS_WITH(AskTell(small_study("[stopper]\nkind = { command = [\"x\"] }\n")),
                    Catch::Contains("judges in evolt run only"));
}

TEST_CASE("ask_tell: a plug-in's proposals come by way of a suggester", "[service]") {
  struct Fixed final : Suggester {
    void begin(Answer its_answer) override { answer = std::move(its_answer); }
    void ask(const AskSuggestion& ask) override {
      // Every third is no proposal at all, every third one that cannot be.
      const double x = ask.ask % 3 == 1 ? 7 : 0.01 * static_cast<double>(ask.ask);
      const Params params{{"x", x}, {"k", std::string("a")}};
      statuses.push_back(answer(ask.ask, ask.ask % 3 == 0 ? std::nullopt : std::optional(params)));
    }
    void tell(const TellStarted& started) override { started_by.push_back(started.ask); }
    void tell(const TellResult& result) override { results.push_back(result); }

    Answer answer;
    std::vector<absl::Status> statuses;
    std::vector<std::int64_t> started_by;
    std::vector<TellResult> results;
  };
  const Study study = small_study("[search]\npropagator = { command = [\"x\"] }\n", 6);
  CHECK_THROWS_AS(AskTell(study), ConfigError);
  Fixed suggester;
  AskTell search(study, {}, &suggester);
  for (std::int64_t number = 1; const auto asked = search.ask(); ++number) {
    CHECK(asked->trial == number);
    CHECK((number % 3 == 2) ==
          (find(asked->params, "x") != nullptr &&
           *find(asked->params, "x") == Value(0.01 * static_cast<double>(number))));
    REQUIRE(search.tell(number, {{"acc", 0.5}}).ok());
  }
  CHECK(suggester.started_by == std::vector<std::int64_t>{0, 2, 0, 0, 5, 0});
  CHECK(suggester.results.size() == 6);
  CHECK(absl::IsInvalidArgument(suggester.statuses.at(0)));
}

}  // namespace evolt
