#include "islands/mailbox.hpp"

#include "islands/loopback.hpp"
#include "proto/convert.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

struct Pair {
  LoopbackNetwork network{2};
  Mailbox a{network.endpoint(RankId{0})};
  Mailbox b{network.endpoint(RankId{1})};
};

}  // namespace

TEST_CASE("mailbox: small messages wait for company, but not for long", "[islands]") {
  Pair pair;
  for (int i = 0; i < 10; ++i) {
    pair.a.post(RankId{1}, CreditAsk{i}, Seconds{1});
  }
  pair.a.flush(Seconds{1.0005});
  CHECK(pair.network.in_flight() == 0);
  pair.a.flush(Seconds{1.0021});
  CHECK(pair.network.in_flight() == 1);
  const auto letters = pair.b.collect();
  REQUIRE(letters.ok());
  REQUIRE(letters->size() == 10);
  for (int i = 0; i < 10; ++i) {
    CHECK((*letters)[static_cast<std::size_t>(i)].message == Message(CreditAsk{i}));
  }
}

TEST_CASE("mailbox: a full frame leaves at once", "[islands]") {
  Pair pair;
  for (std::size_t i = 0; i < Mailbox::kFullFrame; ++i) {
    pair.a.post(RankId{1}, CreditRecall{}, Seconds{0});
  }
  pair.a.flush(Seconds{0});
  CHECK(pair.network.in_flight() == 1);
}

TEST_CASE("mailbox: drained after both farewells", "[islands]") {
  Pair pair;
  pair.a.post(RankId{1}, CreditAsk{1}, Seconds{0});
  pair.a.say_farewell(Seconds{0});
  pair.b.say_farewell(Seconds{0});
  CHECK_FALSE(pair.a.drained());
  REQUIRE(pair.a.collect().ok());
  CHECK(pair.a.drained());
  const auto letters = pair.b.collect();
  REQUIRE(letters.ok());
  CHECK(letters->size() == 1);
  CHECK(pair.b.drained());
}

TEST_CASE("mailbox: a lost frame or a broken one is noticed", "[islands]") {
  LoopbackNetwork network(2);
  Mailbox a(network.endpoint(RankId{0}));
  const auto raw = network.endpoint(RankId{1});
  a.post(RankId{1}, CreditAsk{1}, Seconds{0});
  a.flush(Seconds{0}, true);
  static_cast<void>(raw->poll());  // the frame is gone
  a.say_farewell(Seconds{0});
  auto last = raw->poll();
  REQUIRE(last.size() == 1);
  Mailbox b(network.endpoint(RankId{1}));
  network.endpoint(RankId{0})->send(RankId{1}, last[0].bytes);
  CHECK(b.collect().status().code() == absl::StatusCode::kDataLoss);
  network.endpoint(RankId{0})->send(RankId{1}, "\xff\xff not a frame");
  CHECK(b.collect().status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("mailbox: a broken frame costs no good letter", "[islands]") {
  LoopbackNetwork network(3);
  Mailbox a(network.endpoint(RankId{0}));
  Mailbox b(network.endpoint(RankId{1}));
  network.endpoint(RankId{2})->send(RankId{1}, "\xff\xff not a frame");
  a.post(RankId{1}, CreditAsk{7}, Seconds{0});
  a.flush(Seconds{0}, true);
  const auto letters = b.collect();
  REQUIRE(letters.ok());
  REQUIRE(letters->size() == 1);
  CHECK(b.collect().status().code() == absl::StatusCode::kDataLoss);
  CHECK(b.collect().status().code() == absl::StatusCode::kDataLoss);
}

}  // namespace evolt
