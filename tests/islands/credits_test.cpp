#include "islands/credits.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace evolt {

TEST_CASE("credits: batches shrink towards the end", "[islands]") {
  CreditBank bank(100, 5);
  const auto first = bank.ask(RankId{1}, 50);
  REQUIRE(first.grants.size() == 1);
  CHECK(first.grants[0].credits == 10);
  for (int i = 0; i < 200 && bank.left() > 1; ++i) {
    bank.ask(RankId{1}, 50);
  }
  const auto last = bank.ask(RankId{2}, 50);
  REQUIRE(last.grants.size() == 1);
  CHECK(last.grants[0].credits == 1);
}

TEST_CASE("credits: an empty bank recalls, and serves the hungry from what comes back",
          "[islands]") {
  CreditBank bank(4, 1);
  for (int i = 0; i < 4; ++i) {
    bank.ask(RankId{1}, 1);
  }
  const auto answer = bank.ask(RankId{2}, 3);
  CHECK(answer.grants.empty());
  CHECK(answer.recall == std::vector<RankId>{RankId{1}});
  CHECK(bank.ask(RankId{3}, 1).recall.empty());  // one recall is under way
  const auto returned = bank.give_back(RankId{1}, 2);
  REQUIRE(returned.grants.size() == 2);
  CHECK(returned.grants[0].to == RankId{2});
  CHECK(returned.grants[1].to == RankId{3});
  CHECK(returned.recall.empty());
  const auto again = bank.ask(RankId{4}, 1);  // each is asked once after its last grant
  CHECK(again.recall == std::vector<RankId>{RankId{2}, RankId{3}});
  CHECK_FALSE(bank.settled());
}

TEST_CASE("credits: a paused bank serves those who waited when it goes on", "[islands]") {
  CreditBank bank(8, 1);
  bank.pause(true);
  CHECK(bank.ask(RankId{1}, 2).grants.empty());
  CHECK(bank.pause(false).grants.size() == 1);
}

TEST_CASE("credits: settled only when each one was spent or came back", "[islands]") {
  CreditBank bank(2, 1);
  bank.ask(RankId{0}, 1);
  bank.ask(RankId{0}, 1);
  bank.spend(RankId{0});
  CHECK_FALSE(bank.settled());
  bank.spend(RankId{0});
  CHECK(bank.settled());

  CreditBank closed(10, 1);
  closed.ask(RankId{0}, 4);
  closed.close();
  CHECK_FALSE(closed.settled());
  closed.give_back(RankId{0}, 4);
  CHECK(closed.settled());
  CHECK(closed.ask(RankId{0}, 1).grants.empty());
}

TEST_CASE("credits: what a lost rank held goes to those who hunger", "[islands]") {
  CreditBank bank(4, 1);
  bank.ask(RankId{1}, 2);  // gets 2
  bank.ask(RankId{2}, 2);  // gets 1
  bank.ask(RankId{2}, 2);  // gets the last
  bank.spend(RankId{1});
  CHECK(bank.ask(RankId{1}, 1).grants.empty());  // it hungers, and dies
  CHECK(bank.ask(RankId{3}, 1).grants.empty());
  const auto answer = bank.lose(RankId{1});
  REQUIRE(answer.grants.size() == 1);
  CHECK(answer.grants[0].to == RankId{3});
  CHECK(answer.grants[0].credits == 1);
  CHECK(bank.lose(RankId{1}).grants.empty());
  bank.spend(RankId{2});
  bank.spend(RankId{2});
  bank.spend(RankId{3});
  CHECK(bank.settled());
}

TEST_CASE("credits: a purse asks once, for a round ahead", "[islands]") {
  CreditPurse purse;
  CHECK_FALSE(purse.spend());
  CHECK(purse.needed(4, 4) == 8);
  purse.asked(8);
  CHECK(purse.needed(4, 4) == 0);
  purse.receive(8);
  CHECK(purse.needed(4, 4) == 0);
  for (int i = 0; i < 4; ++i) {
    CHECK(purse.spend());
  }
  CHECK(purse.needed(0, 4) == 0);
  CHECK(purse.empty() == 4);
  CHECK(purse.credits() == 0);
}

TEST_CASE("credits: a purse asks before it starves while grants come in full", "[islands]") {
  CreditPurse purse;
  purse.asked(purse.needed(1, 1));
  purse.receive(2);
  CHECK(purse.spend());
  CHECK(purse.needed(0, 1) == 0);  // one round is left
  CHECK(purse.spend());
  CHECK(purse.needed(0, 1) == 2);
  purse.asked(2);
  purse.receive(1);  // short: the budget nears its end
  CHECK(purse.spend());
  CHECK(purse.needed(0, 1) == 0);
  CHECK(purse.needed(1, 1) == 2);
}

TEST_CASE("credits: a purse that was called back asks only when it starves", "[islands]") {
  CreditPurse purse;
  purse.asked(2);
  purse.receive(2);
  CHECK(purse.empty() == 2);
  CHECK(purse.needed(0, 1) == 0);
  CHECK(purse.needed(1, 1) == 2);
}

TEST_CASE("credits: any interleaving spends exactly the budget", "[islands]") {
  Rng rng{GENERATE(1U, 2U, 3U, 4U, 5U)};
  constexpr std::int32_t kRanks = 5;
  CreditBank bank(137, kRanks);
  std::vector<CreditPurse> purses(kRanks);
  std::int64_t spent = 0;
  const auto take = [&](const CreditBank::Answer& answer) {
    for (const auto& grant : answer.grants) {
      purses[static_cast<std::size_t>(index(grant.to))].receive(grant.credits);
    }
    return !answer.recall.empty();
  };
  for (int i = 0; i < 100000 && !bank.settled(); ++i) {
    const std::size_t r = rng.below(kRanks);
    // Rank 0 is stuck with long trials: it takes credits and does not use them.
    if (r != 0 && purses[r].spend()) {
      bank.spend(RankId{static_cast<std::int32_t>(r)});
      ++spent;
    } else if (const auto wanted = purses[r].needed(1, 2); wanted > 0) {
      purses[r].asked(wanted);
      if (take(bank.ask(RankId{static_cast<std::int32_t>(r)}, wanted))) {
        for (std::int32_t from = 0; from < kRanks; ++from) {
          take(bank.give_back(RankId{from}, purses[static_cast<std::size_t>(from)].empty()));
        }
      }
    }
  }
  CHECK(bank.settled());
  CHECK(spent == 137);
}

TEST_CASE("credits: no more are granted than are allowed, and those who wait get what comes",
          "[islands]") {
  CreditBank bank(100, 1);
  CHECK(bank.allow(4).grants.empty());
  CHECK(bank.ask(RankId{1}, 50).grants.front().credits == 2);
  CHECK(bank.ask(RankId{2}, 50).grants.front().credits == 1);
  CHECK(bank.ask(RankId{3}, 50).grants.front().credits == 1);
  CHECK(bank.ask(RankId{4}, 50).grants.empty());
  CHECK(bank.left() == 96);
  const auto back = bank.give_back(RankId{1}, 1);  // it is free, but still not allowed
  CHECK(back.grants.empty());
  const auto answer = bank.allow(1);
  REQUIRE(answer.grants.size() == 1);
  CHECK(answer.grants.front().to == RankId{4});
  CHECK(answer.grants.front().credits == 1);
  CHECK(bank.ask(RankId{4}, 1).grants.empty());
}

}  // namespace evolt
