#include "propagator/rules.hpp"

#include "propagator/encoding.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

bool active(const Requirement& need, const Domain& domain, const Value& value) {
  const Encoding encoding(SearchSpace({{"on", domain, {}}, {"x", IntDomain{}, {.all = {need}}}}));
  Genome genome{{encoding.axis(0).gene(value), 0.5}};
  return encoding.active_mask(genome)[1];
}

TEST_CASE("rules: bounds are taken at their word", "[propagator]") {
  const Domain domain = IntDomain{.low = 0, .high = 9};
  const auto at = [](std::int64_t n) { return Value(n); };
  CHECK(active({.param = "on", .ge = 4}, domain, at(4)));
  CHECK_FALSE(active({.param = "on", .ge = 4}, domain, at(3)));
  CHECK(active({.param = "on", .gt = 4}, domain, at(5)));
  CHECK_FALSE(active({.param = "on", .gt = 4}, domain, at(4)));
  CHECK(active({.param = "on", .le = 4}, domain, at(4)));
  CHECK_FALSE(active({.param = "on", .le = 4}, domain, at(5)));
  CHECK(active({.param = "on", .lt = 4}, domain, at(3)));
  CHECK_FALSE(active({.param = "on", .lt = 4}, domain, at(4)));
  CHECK(active({.param = "on", .ge = 2, .lt = 4}, domain, at(2)));
  CHECK_FALSE(active({.param = "on", .ge = 2, .lt = 4}, domain, at(4)));
}

TEST_CASE("rules: listed values of every type are found", "[propagator]") {
  const Domain choice = ChoiceDomain{{true, std::int64_t{3}, test::text("x")}};
  CHECK(active({.param = "on", .any_of = {3.0}}, choice, Value(std::int64_t{3})));
  CHECK(active({.param = "on", .any_of = {test::text("x"), true}}, choice, Value(true)));
  CHECK_FALSE(active({.param = "on", .any_of = {test::text("x")}}, choice, Value(true)));
  const Domain stepped = FloatDomain{.low = 0, .high = 1, .step = 0.1};
  CHECK(active({.param = "on", .any_of = {0.3}}, stepped, Value(0.3)));
  CHECK_FALSE(active({.param = "on", .any_of = {0.3}}, stepped, Value(0.4)));
}

TEST_CASE("rules: bounds on a listed number compare its value, not its place", "[propagator]") {
  const Domain ordinal = OrdinalDomain{{std::int64_t{32}, std::int64_t{64}, test::text("auto")}};
  CHECK(active({.param = "on", .gt = 32}, ordinal, Value(std::int64_t{64})));
  CHECK_FALSE(active({.param = "on", .gt = 32}, ordinal, Value(std::int64_t{32})));
  CHECK_FALSE(active({.param = "on", .gt = 32}, ordinal, test::text("auto")));
}

TEST_CASE("rules: what hangs on a sleeping parameter sleeps", "[propagator]") {
  const Encoding encoding(test::mixed());
  Genome genome = encoding.encode(Params{{"model", test::text("net")},
                                         {"layers", std::int64_t{4}},
                                         {"width", std::int64_t{64}},
                                         {"dropout", 0.1},
                                         {"lr", 0.01},
                                         {"batch", std::int64_t{64}},
                                         {"scaled", false}});
  const std::size_t model = *encoding.space().index_of("model");
  const std::size_t width = *encoding.space().index_of("width");
  CHECK(encoding.active_mask(genome)[width]);
  genome.genes[model] = 0;
  CHECK_FALSE(encoding.active_mask(genome)[width]);
}

TEST_CASE("rules: a forbidden combination is noticed at its last gene", "[propagator]") {
  const Encoding encoding(
      SearchSpace({{"a", ChoiceDomain{{false, true}}, {}},
                   {"b", ChoiceDomain{{false, true}}, {}},
                   {"c", ChoiceDomain{{false, true}}, {}}},
                  {{.all = {{.param = "b", .any_of = {true}}, {.param = "a", .any_of = {true}}}}}));
  const Rules& rules = encoding.rules();
  const Genome genome{{1, 1, 0}};
  const ActiveMask mask = encoding.active_mask(genome);
  CHECK_FALSE(rules.forbidden_at(0, genome, mask, encoding.axes()));
  CHECK(rules.forbidden_at(1, genome, mask, encoding.axes()));
  CHECK_FALSE(rules.forbidden_at(2, genome, mask, encoding.axes()));
  CHECK(rules.forbidden(genome, mask, encoding.axes()));
  CHECK_FALSE(encoding.allowed(genome));
}

}  // namespace
}  // namespace evolt
