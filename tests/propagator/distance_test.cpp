#include "propagator/distance.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("distance: between numbers, choices and what sleeps", "[propagator]") {
  const Encoding encoding(
      SearchSpace({{"x", FloatDomain{.low = 0, .high = 10}, {}},
                   {"kind", ChoiceDomain{{std::string("a"), std::string("b")}}, {}},
                   {"n", IntDomain{.low = 1, .high = 3},
                    Condition{{Requirement{.param = "kind", .any_of = {std::string("b")}}}}}}));
  const auto genome = [&](const Params& params) { return encoding.encode(params); };
  const Genome a = genome({{"x", 2.0}, {"kind", std::string("a")}});
  const Genome far = genome({{"x", 7.0}, {"kind", std::string("a")}});
  const Genome b = genome({{"x", 2.0}, {"kind", std::string("b")}, {"n", std::int64_t{1}}});
  const Genome c = genome({{"x", 2.0}, {"kind", std::string("b")}, {"n", std::int64_t{3}}});
  CHECK(distance(encoding, a, a) == 0);
  CHECK(distance(encoding, a, far) == Approx(0.5 / 2));
  CHECK(distance(encoding, a, b) == Approx((0 + 1 + 1) / 3.0));
  CHECK(distance(encoding, b, c) == Approx((0 + 0 + 2.0 / 3) / 3));
  CHECK(distance(encoding, b, a) == distance(encoding, a, b));
}

}  // namespace evolt
