#include "service/search/ask_tell.hpp"

#include "study_text.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace evolt {
namespace {

using test::small_study;

}  // namespace

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

}  // namespace evolt
