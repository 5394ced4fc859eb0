#include "propagator/catalogue.hpp"

#include "core/config_error.hpp"
#include "tests/propagator/spaces.hpp"

#include <absl/strings/str_join.h>
#include <catch2/catch.hpp>

#include <algorithm>

namespace evolt {
namespace {

TEST_CASE("propagators: the documented names are there", "[propagator]") {
  const auto names = propagator_names();
  for (const char* name : {"bandit",
                           "cma_es",
                           "cma_es_active",
                           "cma_es_basic",
                           "default",
                           "differential_evolution",
                           "elitist",
                           "evolution",
                           "extra_trees",
                           "nelder_mead",
                           "parzen",
                           "propulate",
                           "pso",
                           "pso_canonical",
                           "pso_constriction",
                           "pso_stateless",
                           "pso_velocity_clamping",
                           "quadratic",
                           "quasi_random",
                           "random",
                           "regularized"}) {
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
    CHECK(error.complaint().allowed == absl::StrJoin(propagator_names(), ", "));
  }
}

}  // namespace
}  // namespace evolt
