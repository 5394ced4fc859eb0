#include "propagator/archive.hpp"

#include "core/rng.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

namespace evolt {
namespace {

using test::individual;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::uint64_t> counters(const Archive& archive) {
  std::vector<std::uint64_t> found;
  for (const Individual* const who : archive.living()) {
    found.push_back(who->id.counter);
  }
  return found;
}

Individual random_individual(std::uint64_t counter, std::size_t objectives, Rng& rng) {
  std::vector<double> scores;
  for (std::size_t m = 0; m < objectives; ++m) {
    // Few different values, so that ties are common.
    scores.push_back(rng.chance(0.05) ? kNan : static_cast<double>(rng.below(6)));
  }
  return individual(counter, scores, {}, rng.chance(0.2) ? rng.uniform() : 0.0);
}

TEST_CASE("archive: violation, then score, then id; NaN never lives", "[propagator]") {
  Archive archive(10);
  archive.admit(individual(1, {5}));
  archive.admit(individual(2, {kNan}));
  archive.admit(individual(3, {1}, {}, 0.5));
  archive.admit(individual(4, {5}));
  archive.admit(individual(5, {-2}));
  archive.admit(individual(6, {kInfinity}, {}, 2));
  archive.admit(individual(7, {0}, {}, kNan));
  CHECK(counters(archive) == std::vector<std::uint64_t>{5, 1, 4, 3, 6});
}

TEST_CASE("archive: NaN from every third trial leaves the order and the best alone",
          "[propagator]") {
  Rng rng{5};
  for (int round = 0; round < 200; ++round) {
    Archive archive(12);
    std::vector<std::pair<double, std::uint64_t>> good;
    for (std::uint64_t counter = 1; counter <= 60; ++counter) {
      const double score = counter % 3 == 0 ? kNan : rng.uniform(-1, 1);
      archive.admit(individual(counter, {score}));
      if (counter % 3 != 0) {
        good.emplace_back(score, counter);
      }
      std::sort(good.begin(), good.end());
      std::vector<std::uint64_t> best;
      for (const auto& [value, who] : good) {
        best.push_back(who);
      }
      best.resize(std::min(best.size(), std::size_t{12}));
      REQUIRE(counters(archive) == best);
    }
  }
}

TEST_CASE("archive: stopped individuals live among the finished", "[propagator]") {
  Archive archive(2);
  Individual stopped = individual(1, {0.5});
  stopped.standing = Standing::stopped;
  archive.admit(stopped);
  archive.admit(individual(2, {1}));
  archive.admit(individual(3, {2}));
  CHECK(counters(archive) == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("archive: living and best are the best present, whatever comes and goes",
          "[propagator]") {
  Rng rng{1};
  for (const std::size_t capacity : {1U, 10U, 300U, 1000U}) {
    Archive archive(capacity);
    std::map<TrialId, Individual> present;
    for (int i = 0; i < 3'000; ++i) {
      if (rng.chance(i < 1'000 ? 0.9 : 0.5)) {
        const Individual fresh = random_individual(rng.below(800), 1, rng);
        present.insert_or_assign(fresh.id, fresh);
        archive.admit(fresh);
      } else {
        const TrialId id{1, 0, rng.below(800)};
        REQUIRE(archive.withdraw(id) == (present.erase(id) == 1));
      }
      REQUIRE(archive.size() == present.size());
      if (i % 10 != 0) {
        continue;
      }
      std::vector<const Individual*> expected;
      for (const auto& [id, who] : present) {
        if (!is_flawed(who)) {
          expected.push_back(&who);
        }
      }
      std::sort(expected.begin(), expected.end(),
                [](const auto* a, const auto* b) { return better(*a, *b); });
      const auto best = archive.best();
      REQUIRE(best.size() == std::min(expected.size(), std::max(capacity, Archive::kBest)));
      for (std::size_t k = 0; k < best.size(); ++k) {
        REQUIRE(best[k]->id == expected[k]->id);
      }
      const auto living = archive.living();
      REQUIRE(living.size() == std::min(expected.size(), capacity));
      REQUIRE(std::equal(living.begin(), living.end(), best.begin()));
    }
  }
}

TEST_CASE("archive: the newest are those that arrived last and are present", "[propagator]") {
  const std::size_t objectives = GENERATE(1U, 2U);
  Rng rng{3, objectives};
  Archive archive(5);
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 4'000; ++i) {
    const std::uint64_t who = rng.below(700);
    std::erase(order, who);
    if (rng.chance(0.9)) {
      archive.admit(random_individual(who, objectives, rng));
      order.push_back(who);
    } else {
      archive.withdraw({1, 0, who});
    }
    if (i % 50 == 0) {
      const Archive copy = archive;
      for (const Archive* const one : {static_cast<const Archive*>(&archive), &copy}) {
        const auto newest = one->newest();
        REQUIRE(newest.size() <= Archive::kNewest);
        REQUIRE(newest.size() >= std::min(order.size(), Archive::kNewest / 2));
        const auto* expected = order.data() + (order.size() - newest.size());
        for (std::size_t k = 0; k < newest.size(); ++k) {
          REQUIRE(newest[k]->id.counter == expected[k]);
        }
      }
    }
  }
}

TEST_CASE("archive: what failed is remembered for a while", "[propagator]") {
  Archive archive(3);
  CHECK(archive.failed().empty());
  for (std::size_t i = 0; i < 1'000; ++i) {
    archive.fail(Genome{{static_cast<double>(i)}});
    const Archive copy = archive;
    REQUIRE(copy.failed().size() == std::min(i + 1, Archive::kFailed));
    REQUIRE(copy.failed().back().genes[0] == static_cast<double>(i));
    REQUIRE(copy.failed().front().genes[0] == static_cast<double>(i + 1 - copy.failed().size()));
  }
  CHECK(archive.size() == 0);
  CHECK(archive.living().empty());
}

TEST_CASE("archive: replicas agree in whatever order the news arrived", "[propagator]") {
  const std::size_t objectives = GENERATE(1U, 2U, 3U);
  Rng rng{2, objectives};
  for (int round = 0; round < 50; ++round) {
    std::vector<Individual> news;
    for (std::uint64_t i = 0; i < 60; ++i) {
      news.push_back(random_individual(i, objectives, rng));
    }
    Archive here(12);
    Archive there(12);
    for (const Individual& one : news) {
      here.admit(one);
    }
    for (std::size_t k = news.size(); k > 1; --k) {
      std::swap(news[k - 1], news[rng.below(k)]);
    }
    for (const Individual& one : news) {
      there.admit(one);
      // Read in between: what is cached must not show.
      there.living();
    }
    for (std::uint64_t gone = 0; gone < 20; ++gone) {
      here.withdraw({1, 0, gone});
      there.withdraw({1, 0, 19 - gone});
    }
    REQUIRE(counters(here) == counters(there));
  }
}

TEST_CASE("archive: a repeated id replaces", "[propagator]") {
  const std::size_t objectives = GENERATE(1U, 2U);
  Archive archive(2);
  archive.admit(individual(1, std::vector<double>(objectives, 1.0)));
  archive.admit(individual(1, std::vector<double>(objectives, 9.0)));
  archive.admit(individual(2, std::vector<double>(objectives, 5.0)));
  archive.admit(individual(3, std::vector<double>(objectives, 6.0)));
  CHECK(archive.size() == 3);
  CHECK(counters(archive) == std::vector<std::uint64_t>{2, 3});
  CHECK(archive.find({1, 0, 1})->scores.front() == 9);
  CHECK(archive.find({1, 0, 7}) == nullptr);
}

TEST_CASE("archive: withdrawing what waits does not pile up", "[propagator]") {
  Archive archive(2);
  constexpr std::uint64_t kStay = 300;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    archive.admit(individual(i, {static_cast<double>(i)}));
    if (i >= kStay) {
      REQUIRE(archive.withdraw({1, 0, i - 1}));
    }
  }
  CHECK(archive.size() == kStay);
  for (std::uint64_t i = 0; i + 2 < kStay; ++i) {
    CHECK(archive.withdraw({1, 0, i}));
  }
  CHECK(counters(archive) == std::vector<std::uint64_t>{kStay - 2, 9999});
}

TEST_CASE("archive: a copy and a moved one hold their own", "[propagator]") {
  const std::size_t objectives = GENERATE(1U, 2U);
  Rng rng{6};
  Archive original(5);
  for (std::uint64_t i = 0; i < 40; ++i) {
    original.admit(random_individual(i, objectives, rng));
  }
  original.expect({1, 0, 99}, Genome{{0.5}});
  const auto before = counters(original);
  Archive copy = original;
  for (std::uint64_t i = 0; i < 40; ++i) {
    original.withdraw({1, 0, i});
  }
  CHECK(original.living().empty());
  CHECK(counters(copy) == before);
  CHECK(copy.pending() == 1);
  const Archive moved = std::move(copy);
  CHECK(counters(moved) == before);
  CHECK(moved.size() == 40);
  original = moved;
  CHECK(counters(original) == before);
}

TEST_CASE("archive: counts the trials that are running", "[propagator]") {
  Archive archive(2);
  archive.expect({1, 0, 1}, Genome{{0.1}});
  archive.expect({1, 0, 2}, Genome{{0.2}});
  archive.expect({1, 0, 2}, Genome{{0.2}});
  CHECK(archive.pending() == 2);
  archive.resolve({1, 0, 1});
  archive.resolve({1, 0, 7});
  CHECK(archive.pending() == 1);
  CHECK(archive.size() == 0);
  CHECK(archive.capacity() == 2);
}

}  // namespace
}  // namespace evolt
