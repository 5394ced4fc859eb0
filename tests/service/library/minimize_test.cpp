#include "service/library/minimize.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace evolt {
namespace {

const SearchSpace& line() {
  static const SearchSpace space({{"x", FloatDomain{.low = -1, .high = 1}, {}}});
  return space;
}

double x_of(const Params& params) {
  return std::get<double>(*find(params, "x"));
}

/// Counts the calls and remembers the smallest value that came back.
struct Called {
  std::mutex mutex;
  int calls = 0;
  double least = std::numeric_limits<double>::infinity();

  double returns(double value) {
    const std::lock_guard lock(mutex);
    least = value < least ? value : least;
    return value;
  }
  int count() {
    const std::lock_guard lock(mutex);
    return ++calls;
  }
};

TEST_CASE("minimize: NaN from every third call never hides the best", "[service]") {
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{3});
  Called called;
  const auto best =
      minimize(line(),
               [&](const Params& params) {
                 const bool bad = called.count() % 3 == 0;
                 return bad ? std::nan("") : called.returns(std::abs(x_of(params) - 0.3));
               },
               {.trials = 60, .seed = 5, .slots = slots, .islands = 2, .directory = ""});
  REQUIRE(best.ok());
  CHECK(best->trials == 60);
  CHECK(best->value == called.least);
  CHECK(std::abs(x_of(best->params) - 0.3) == best->value);
}

TEST_CASE("minimize: a function that throws has failed for those arguments only", "[service]") {
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{3});
  Called called;
  const auto best =
      minimize(line(),
               [&](const Params& params) {
                 if (called.count() % 2 == 0) {
                   throw std::runtime_error("half of them");
                 }
                 return called.returns(x_of(params) * x_of(params));
               },
               {.trials = 40, .seed = 6, .slots = slots, .islands = 1, .directory = ""});
  REQUIRE(best.ok());
  CHECK(best->trials == 40);
  CHECK(best->value == called.least);
}

TEST_CASE("minimize: where nothing succeeds it ends and says so", "[service]") {
  const bool throws = GENERATE(false, true);
  const auto best = minimize(line(),
                             [&](const Params&) -> double {
                               if (throws) {
                                 throw std::runtime_error("never");
                               }
                               return std::nan("");
                             },
                             {.trials = 12, .seed = 7, .slots = 2, .islands = 1, .directory = ""});
  INFO(best.status());
  CHECK_FALSE(best.ok());
  CHECK(best.status().message().size() > 10);
}

TEST_CASE("minimize: one slot and one seed give the same search", "[service]") {
  const auto seen = [](std::uint64_t seed) {
    std::vector<double> all;
    static_cast<void>(
        minimize(line(),
                 [&](const Params& params) {
                   all.push_back(x_of(params));
                   return std::abs(x_of(params));
                 },
                 {.trials = 50, .seed = seed, .slots = 1, .islands = 2, .directory = ""}));
    return all;
  };
  const std::vector<double> first = seen(8);
  CHECK(first.size() == 50);
  CHECK(first == seen(8));
  CHECK(first != seen(9));
}

}  // namespace
}  // namespace evolt
