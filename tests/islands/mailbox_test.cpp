#include "islands/mailbox.hpp"

#include "islands/loopback.hpp"
#include "proto/convert.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

namespace evolt {
namespace {

constexpr Seconds kNow{0};

/// Ranks over loopback; frames travel when a test says so.
struct Network {
  explicit Network(std::int32_t ranks) : loopback(ranks) {
    for (std::int32_t rank = 0; rank < ranks; ++rank) {
      boxes.push_back(std::make_unique<Mailbox>(loopback.endpoint(RankId{rank})));
    }
  }

  Mailbox& operator[](std::size_t rank) { return *boxes[rank]; }

  void settle(const Layout& layout) {
    for (auto& box : boxes) {
      box->settle(layout);
    }
  }

  /// Until nothing moves; gives what each rank heard.
  std::vector<std::vector<Letter>> run() {
    std::vector<std::vector<Letter>> heard(boxes.size());
    for (bool moved = true; moved;) {
      for (auto& box : boxes) {
        box->flush(kNow, true);
      }
      moved = loopback.in_flight() > 0;
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        auto letters = boxes[i]->collect(kNow);
        REQUIRE(letters.ok());
        heard[i].insert(heard[i].end(), letters->begin(), letters->end());
      }
    }
    return heard;
  }

  LoopbackNetwork loopback;
  std::vector<std::unique_ptr<Mailbox>> boxes;
};

}  // namespace

TEST_CASE("mailbox: small messages wait for company, but not for long", "[islands]") {
  Network net(2);
  for (int i = 0; i < 10; ++i) {
    net[0].post(RankId{1}, CreditAsk{i}, Seconds{1});
  }
  net[0].flush(Seconds{1.0005});
  CHECK(net.loopback.in_flight() == 0);
  net[0].flush(Seconds{1.0021});
  CHECK(net.loopback.in_flight() == 1);
  const auto letters = net[1].collect(kNow);
  REQUIRE(letters.ok());
  REQUIRE(letters->size() == 10);
  for (int i = 0; i < 10; ++i) {
    CHECK((*letters)[static_cast<std::size_t>(i)].message == Message(CreditAsk{i}));
  }
}

TEST_CASE("mailbox: a full frame leaves at once", "[islands]") {
  Network net(2);
  for (std::size_t i = 0; i < Mailbox::kFullFrame; ++i) {
    net[0].post(RankId{1}, CreditRecall{}, kNow);
  }
  net[0].flush(kNow);
  CHECK(net.loopback.in_flight() == 1);
}

TEST_CASE("mailbox: a broadcast reaches everybody else, with its origin", "[islands]") {
  constexpr std::size_t kRanks = 9;
  Network net(kRanks);
  for (std::size_t origin = 0; origin < kRanks; ++origin) {
    net[origin].broadcast({}, CreditAsk{static_cast<std::int64_t>(origin)}, kNow);
    const auto heard = net.run();
    for (std::size_t rank = 0; rank < kRanks; ++rank) {
      REQUIRE(heard[rank].size() == (rank == origin ? 0 : 1));
      if (rank != origin) {
        CHECK(heard[rank][0].from == RankId{static_cast<std::int32_t>(origin)});
        CHECK(heard[rank][0].message == Message(CreditAsk{static_cast<std::int64_t>(origin)}));
      }
    }
  }
}

TEST_CASE("mailbox: an island's broadcast stays there, and waits until islands are known",
          "[islands]") {
  Network net(6);
  const Layout layout(6, 2);  // 0 1 2, 3 4 5
  for (const std::size_t rank : {0U, 1U, 2U, 3U, 5U}) {
    net[rank].settle(layout);
  }
  net[0].broadcast(IslandId{1}, CreditRecall{}, kNow);
  auto heard = net.run();
  std::size_t so_far = heard[3].size() + heard[4].size() + heard[5].size();
  net[4].settle(layout);
  heard = net.run();
  so_far += heard[3].size() + heard[4].size() + heard[5].size();
  CHECK(so_far == 3);
  CHECK(heard[1].empty());
}

TEST_CASE("mailbox: drained after all farewells, with everything passed on", "[islands]") {
  Network net(5);
  net.settle(Layout(5, 2));
  net[1].post(RankId{0}, CreditAsk{1}, kNow);
  net[4].broadcast({}, CreditRecall{}, kNow);
  net[3].broadcast(IslandId{1}, CreditRecall{}, kNow);
  for (auto& box : net.boxes) {
    box->say_farewell(kNow);
    CHECK_FALSE(box->drained(kNow));
  }
  static_cast<void>(net.run());
  CHECK(net[0].drained(kNow));
  CHECK_FALSE(net[1].drained(kNow));
  static_cast<void>(net.run());
  for (auto& box : net.boxes) {
    CHECK(box->drained(kNow));
  }
}

TEST_CASE("mailbox: a broadcast still under way is waited for, but not for ever", "[islands]") {
  Network net(3);
  const auto raw = net.loopback.endpoint(RankId{2});
  net[1].broadcast({}, CreditRecall{}, kNow);
  net[1].flush(kNow, true);
  auto held_back = raw->poll();
  REQUIRE(held_back.size() == 1);
  for (auto& box : net.boxes) {
    box->say_farewell(kNow);
  }
  static_cast<void>(net.run());
  CHECK(net[0].drained(kNow));
  static_cast<void>(net.run());
  CHECK_FALSE(net[2].drained(kNow));
  CHECK(net[2].drained(kNow + Mailbox::kPatience));
  net.loopback.endpoint(RankId{1})->send(RankId{2}, held_back[0].bytes);
  CHECK(net.run()[2].size() == 1);
  CHECK(net[2].drained(kNow));
}

TEST_CASE("mailbox: a lost frame or a broken one is noticed", "[islands]") {
  Network net(2);
  const auto raw = net.loopback.endpoint(RankId{0});
  net[1].post(RankId{0}, CreditAsk{1}, kNow);
  net[1].flush(kNow, true);
  static_cast<void>(raw->poll());  // the frame is gone
  net[1].say_farewell(kNow);
  CHECK(net[0].collect(kNow).status().code() == absl::StatusCode::kDataLoss);
  raw->send(RankId{1}, "\xff\xff not a frame");
  CHECK(net[1].collect(kNow).status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("mailbox: a broken frame costs no good letter", "[islands]") {
  Network net(3);
  net.loopback.endpoint(RankId{2})->send(RankId{1}, "\xff\xff not a frame");
  net[0].post(RankId{1}, CreditAsk{7}, kNow);
  net[0].flush(kNow, true);
  const auto letters = net[1].collect(kNow);
  REQUIRE(letters.ok());
  REQUIRE(letters->size() == 1);
  CHECK(net[1].collect(kNow).status().code() == absl::StatusCode::kDataLoss);
  CHECK(net[1].collect(kNow).status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("mailbox: a broadcast of a rank or for an island that cannot be is refused",
          "[islands]") {
  for (const Broadcast& wrong : {Broadcast{RankId{2}, {}}, Broadcast{RankId{1}, IslandId{5}}}) {
    Network net(2);
    net.settle(Layout(2, 2));
    std::string frame;
    append_encoded(Parcel{CreditRecall{}, wrong}, frame);
    net.loopback.endpoint(RankId{1})->send(RankId{0}, frame);
    CHECK(net[0].collect(kNow).status().code() == absl::StatusCode::kDataLoss);
  }
}

TEST_CASE("mailbox: who is silent for too many beats", "[islands]") {
  Network net(3);
  const std::int64_t often = net[0].beats_between_signs();
  for (std::int64_t beat = 0; beat < 5 * often; ++beat) {
    net[0].beat(kNow);
    net[1].beat(kNow);
    for (const auto& letters : net.run()) {
      CHECK(letters.empty());  // signs of life are no letters
    }
  }
  CHECK(net[0].silent(2 * often) == std::vector<RankId>{RankId{2}});
  CHECK(net[0].silent(6 * often).empty());
  CHECK(net[1].silent(2 * often).empty());
  for (std::int64_t beat = 0; beat <= 2 * often; ++beat) {
    net[1].beat(kNow);
  }
  CHECK(net[1].silent(2 * often) == std::vector<RankId>{RankId{0}});
}

TEST_CASE("mailbox: the end does not wait for the lost", "[islands]") {
  Network net(4);
  net[0].post(RankId{2}, RankLost{RankId{2}}, kNow);
  net[0].lose(RankId{2});
  net[0].broadcast({}, RankLost{RankId{2}}, kNow);
  net[0].post(RankId{2}, CreditRecall{}, kNow);  // goes nowhere
  net[2].post(RankId{0}, CreditAsk{1}, kNow);    // comes nowhere
  const auto heard = net.run();
  CHECK(heard[0].empty());
  CHECK(heard[1].size() == 1);
  CHECK(heard[2].size() == 1);  // that it is lost itself
  CHECK(heard[3].size() == 1);
  net[1].lose(RankId{2});
  net[3].lose(RankId{2});
  for (const std::size_t rank : {0U, 1U, 3U}) {
    net[rank].say_farewell(kNow);
  }
  static_cast<void>(net.run());
  CHECK(net[0].drained(kNow));
  static_cast<void>(net.run());
  CHECK(net[1].drained(kNow));
  CHECK(net[3].drained(kNow));
}

TEST_CASE("mailbox: what goes through is counted, and when the next frame is due known",
          "[islands]") {
  Network net(4);
  CHECK_FALSE(net[0].due());
  net[0].broadcast({}, CreditRecall{}, Seconds{1});
  CHECK(net[0].due() == Seconds{1} + Mailbox::kLongestWait);
  net.run();
  CHECK_FALSE(net[0].due());
  CHECK(net[0].traffic().frames_sent == 2);
  CHECK(net[0].traffic().messages_sent == 2);
  CHECK(net[1].traffic().messages_sent == 1);
  CHECK(net[1].traffic().messages_received == 1);
  CHECK(net[1].traffic().signs == 0);
  for (int beat = 0; beat < 10; ++beat) {
    net[0].beat(kNow);
    net[3].beat(kNow);
  }
  net.run();
  CHECK(net[0].traffic().signs == 3);
  CHECK(net[1].traffic().signs == 2);
  CHECK(net[3].traffic().signs == 2);
}

}  // namespace evolt
