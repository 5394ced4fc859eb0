#include "benchmarks/search_quality/wilcoxon.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace evolt;

// Darwin's maize plants (Fisher 1935, "The Design of Experiments", chapter 3): rank sums 24 and 96.
TEST_CASE("wilcoxon: Darwin's maize", "[benchmarks]") {
  const SignedRank result =
      signed_rank(std::vector<double>{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75});
  CHECK(result.pairs == 15);
  CHECK(result.negative == 24);
  CHECK(result.positive == 96);
  CHECK(result.p == Approx(0.040888132911855925));
  CHECK_FALSE(result.falls());
}

// Ranks by hand: 1 1 1 -> 2, 2 2 -> 4.5, 3 -> 6, 4 4 4 -> 8.
TEST_CASE("wilcoxon: ties share their rank, zeros are left out", "[benchmarks]") {
  const SignedRank result = signed_rank(std::vector<double>{1, 1, -1, 2, 0, 2, -3, 4, 4, 4, 0});
  CHECK(result.pairs == 9);
  CHECK(result.negative == 8);
  CHECK(result.positive == 37);
  CHECK(result.p == Approx(0.08335618153643239));
}

TEST_CASE("wilcoxon: the direction turns with the signs, p does not", "[benchmarks]") {
  const SignedRank up = signed_rank(std::vector<double>{1, 2, 3, 4, -5, 6});
  const SignedRank down = signed_rank(std::vector<double>{-1, -2, -3, -4, 5, -6});
  CHECK(up.p == Approx(down.p));
  CHECK_FALSE(up.falls());
  CHECK(down.falls());
}

TEST_CASE("wilcoxon: too few differences say nothing", "[benchmarks]") {
  CHECK(signed_rank({}).p == 1);
  CHECK(signed_rank(std::vector<double>{0, 0, 0}).p == 1);
  CHECK(signed_rank(std::vector<double>{0, 5}).p == 1);
}
