#include "propagator/conditional.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/mutation.hpp"
#include "propagator/quasi_random.hpp"
#include "propagator/tournament.hpp"
#include "tests/propagator/spaces.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

TEST_CASE("conditional: changes over once enough are known", "[propagator]") {
  const Encoding encoding(test::box(2));
  Archive archive(4);
  Rng rng{1};
  Conditional conditional(3, QuasiRandom(), Immigrant());
  for (std::uint64_t known = 0; known < 6; ++known) {
    const Brood brood = conditional.breed({encoding, archive}, {}, rng);
    CHECK(brood[0].lineage.propagator == (known < 3 ? "quasi_random" : "immigrant"));
    archive.admit(test::individual(known, {1.0}, encoding.random(rng)));
  }
}

TEST_CASE("conditional: takes what both take", "[propagator]") {
  CHECK(Conditional(1, Mutation(), Mutation()).arity().parents == 1);
  CHECK_FALSE(Conditional(1, Immigrant(), Tournament(2, 1)).arity().parents);
  CHECK_THROWS_AS(Conditional(1, Immigrant(), Mutation()), ConfigError);
  CHECK_THROWS_AS(Conditional(1, Immigrant(), Tournament(2, 2)), ConfigError);
}

}  // namespace
}  // namespace evolt
