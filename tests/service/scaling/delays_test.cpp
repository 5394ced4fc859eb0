#include "service/scaling/delays.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("delays: the mean is exact, quantiles are within two percent", "[service]") {
  Delays delays;
  CHECK(delays.mean() == Seconds{});
  CHECK(delays.quantile(0.99) == Seconds{});
  for (int i = 1; i <= 1000; ++i) {
    delays.add(Seconds{0.001 * i});
  }
  CHECK(delays.count() == 1000);
  CHECK(delays.mean().value == Approx(0.5005));
  CHECK(delays.quantile(0.5).value == Approx(0.5).epsilon(0.02));
  CHECK(delays.quantile(0.99).value == Approx(0.99).epsilon(0.02));
  CHECK(delays.quantile(1).value == Approx(1).epsilon(0.02));
}

}  // namespace evolt
