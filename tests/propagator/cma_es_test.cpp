#include "propagator/cma_es.hpp"

#include "propagator/catalogue.hpp"
#include "tests/propagator/searches.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <pthread.h>
#include <string>
#include <vector>

namespace evolt {
namespace {

/// Instrumented code needs more stack.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kSanitizerStack = 8;
#else
constexpr std::size_t kSanitizerStack = 1;
#endif

Propagator cma_es(const Encoding& encoding) {
  return make_propagator("cma_es", encoding);
}

TEST_CASE("cma_es: ten dimensions in 1,000 evaluations, whatever is in flight", "[propagator]") {
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{16}, std::size_t{60});
  CAPTURE(slots);
  const double sphere = test::median_best(test::box(10), cma_es, test::sphere, 1'000, slots);
  const double ellipsoid = test::median_best(test::box(10), cma_es, test::ellipsoid, 1'500, slots);
  const double valley = test::median_best(test::box(10), cma_es, test::rosenbrock, 1'500, slots);
  CAPTURE(sphere, ellipsoid, valley);
  CHECK(sphere < (slots == 1 ? 1e-5 : slots == 16 ? 1e-3 : 0.05));
  CHECK(ellipsoid < (slots == 1 ? 0.1 : slots == 16 ? 50 : 500));
  CHECK(valley < 10);
}

TEST_CASE("cma_es: 5,000 trials in ten dimensions converge, in little stack", "[propagator]") {
  const std::string name = GENERATE("cma_es", "cma_es_basic", "cma_es_active");
  CAPTURE(name);
  struct Search {
    std::string name;
    double found = std::numeric_limits<double>::infinity();
  } search{name};
  pthread_attr_t small;
  REQUIRE(pthread_attr_init(&small) == 0);
  // Recursion that grew with the number of trials would leave it, as would a matrix on the stack.
  REQUIRE(pthread_attr_setstacksize(&small, std::size_t{256} * 1024 * kSanitizerStack) == 0);
  pthread_t thread{};
  const auto run = [](void* given) -> void* {
    auto& it = *static_cast<Search*>(given);
    it.found = test::best_of(
        test::box(10), [&](const Encoding& e) { return make_propagator(it.name, e); }, test::sphere,
        5'000, 1, 3);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &small, run, &search) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&small);
  CHECK(search.found < 1e-6);  // from about 100; an early collapse of the step size stays above 1
}

TEST_CASE("cma_es: foresight saves evaluations where the model is right", "[propagator]") {
  const std::size_t slots = GENERATE(std::size_t{1}, std::size_t{16});
  const auto blind = [](const Encoding& encoding) {
    return Propagator(CmaEs(encoding, {.foresight = false}));
  };
  const double foreseen =
      test::median_best(test::box(8), cma_es, test::ellipsoid, slots == 1 ? 400 : 600, slots);
  const double without = test::median_best(test::box(8), blind, test::ellipsoid, 800, slots);
  CAPTURE(slots, foreseen, without);
  CHECK(foreseen < without);
}

TEST_CASE("cma_es: an optimum in the corner of the box", "[propagator]") {
  const auto slope = [](const Params& params) {
    double sum = 0;
    for (const double x : test::numbers(params)) {
      sum += 5 - x;
    }
    return sum;
  };
  CHECK(test::median_best(test::box(5), cma_es, slope, 400) == 0);
}

TEST_CASE("cma_es: numbers that are discrete do not freeze", "[propagator]") {
  std::vector<Parameter> parameters;
  for (const std::int64_t high : {1, 1, 3, 3, 7, 7, 15}) {
    const std::string name = "n" + std::to_string(parameters.size());
    parameters.push_back({name, IntDomain{.low = 0, .high = high}, {}});
  }
  parameters.push_back({"x", FloatDomain{.low = -5, .high = 5}, {}});
  const auto objective = [](const Params& params) {
    const std::vector<double> x = test::numbers(params);
    const std::vector<double> best{1, 0, 2, 1, 5, 2, 11, 1.7};
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      sum += (x[j] - best[j]) * (x[j] - best[j]);
    }
    return sum;
  };
  const double found = test::median_best(SearchSpace(parameters), cma_es, objective, 800, 4);
  CHECK(found < 1e-2);
}

TEST_CASE("cma_es: choices and branches", "[propagator]") {
  const Condition far{.all = {{.param = "where", .any_of = {test::text("far")}}}};
  const SearchSpace space(
      {{"where", ChoiceDomain{{test::text("near"), test::text("far")}}, {}},
       {"kind",
        ChoiceDomain{{std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{4}}},
        {}},
       {"x", FloatDomain{.low = 0, .high = 1}, {}},
       {"y", FloatDomain{.low = 0, .high = 1}, far}});
  const auto objective = [](const Params& params) {
    const bool is_far = std::get<std::string>(*find(params, "where")) == "far";
    double sum = std::get<std::int64_t>(*find(params, "kind")) == 3 ? 0 : 0.2;
    sum += std::abs(std::get<double>(*find(params, "x")) - 0.8);
    return sum + (is_far ? std::abs(std::get<double>(*find(params, "y")) - 0.1) : 0.5);
  };
  CHECK(test::median_best(space, cma_es, objective, 500, 4) < 0.03);
}

TEST_CASE("cma_es: begins anew when it has converged", "[propagator]") {
  // Two funnels; the wider one, in the middle, is not the deeper.
  const auto funnels = [](const Params& params) {
    double wide = 0;
    double deep = 0;
    for (const double x : test::numbers(params)) {
      wide += x * x;
      deep += (x - 3.5) * (x - 3.5);
    }
    return std::min(1 + wide / 20, deep);
  };
  const auto once = [](const Encoding& encoding) {
    return Propagator(CmaEs(encoding, {.restarts = false}));
  };
  const double with = test::median_best(test::box(2), cma_es, funnels, 5'000);
  const double without = test::median_best(test::box(2), once, funnels, 5'000);
  CHECK(with < 1e-3);
  CHECK(without > 0.5);
}

TEST_CASE("cma_es: its lineage names the best of the generation before", "[propagator]") {
  const Encoding encoding(test::box(2));
  CmaEs engine(encoding);
  Archive archive(50);
  Rng rng{1};
  const std::size_t population = 4 + static_cast<std::size_t>(3 * std::log(2.0));
  for (std::uint64_t i = 0; i < population; ++i) {
    const Brood brood = engine.breed({encoding, archive}, {}, rng);
    CHECK(brood[0].lineage == Lineage{.propagator = "cma_es", .parents = {}});
    Individual one = test::individual(i, {i == 2 ? 0.0 : 1.0}, brood[0].genome);
    one.lineage = brood[0].lineage;
    archive.admit(one);
    engine.observe(one);
  }
  const Brood brood = engine.breed({encoding, archive}, {}, rng);
  REQUIRE(brood[0].lineage.parents.size() == 1);
  CHECK(archive.find(brood[0].lineage.parents[0])->scores[0] == 0);
  archive.withdraw(brood[0].lineage.parents[0]);
  CHECK(engine.breed({encoding, archive}, {}, rng)[0].lineage.parents.empty());
}

TEST_CASE("cma_es: learns nothing from NaN, and stands equal scores", "[propagator]") {
  const Encoding encoding(test::box(3));
  const double score = GENERATE(std::numeric_limits<double>::quiet_NaN(), 1.0,
                                std::numeric_limits<double>::infinity());
  CmaEs engine(encoding);
  const Archive archive(10);
  Rng rng{1};
  for (std::uint64_t i = 0; i < 3'000; ++i) {
    Brood brood = engine.breed({encoding, archive}, {}, rng);
    for (const double gene : brood[0].genome.genes) {
      REQUIRE(gene >= 0);
      REQUIRE(gene <= 1);
    }
    Individual one = test::individual(i, {score}, brood[0].genome);
    one.lineage = brood[0].lineage;
    engine.observe(one);
  }
}

}  // namespace
}  // namespace evolt
