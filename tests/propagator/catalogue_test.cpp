#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace evolt {
namespace {

TEST_CASE("propagators: the documented names are there", "[propagator]") {
  const auto names = propagator_names();
  for (const char* name :
       {"bandit", "cma_es", "default", "evolution", "extra_trees", "parzen", "random"}) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
}

TEST_CASE("propagators: an unknown name is answered with the nearest", "[propagator]") {
  const Encoding encoding(test::box(2));
  try {
    make_propagator("evolutoin", encoding);
    FAIL("no complaint");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().found == "\"evolutoin\"");
    CHECK(error.complaint().nearest == "evolution");
    CHECK(error.complaint().allowed ==
          "default, bandit, cma_es, differential_evolution, elitist, evolution, extra_trees, "
          "parzen, quasi_random, random");
  }
}

}  // namespace
}  // namespace evolt
