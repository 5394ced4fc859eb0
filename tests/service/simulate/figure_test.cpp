#include "service/simulate/figure.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

namespace evolt {

using Values = std::vector<std::optional<double>>;

TEST_CASE("figure: nothing measured is no figure", "[service]") {
  CHECK_FALSE(make_figure(Values{}));
  CHECK_FALSE(make_figure(Values{std::nullopt, std::nullopt}));
}

TEST_CASE("figure: one seed has no interval", "[service]") {
  const auto figure = make_figure(Values{0.3});
  REQUIRE(figure);
  CHECK(figure->mean == 0.3);
  CHECK(figure->lo == 0.3);
  CHECK(figure->hi == 0.3);
  CHECK(figure->median == 0.3);
}

TEST_CASE("figure: the interval holds the mean, and is the same each time", "[service]") {
  Values values;
  for (int i = 0; i < 60; ++i) {
    values.emplace_back(i % 10);
  }
  const auto figure = make_figure(values);
  REQUIRE(figure);
  CHECK(*figure->mean == Approx(4.5));
  // The standard error is 2.87 / sqrt(60) = 0.37.
  CHECK(*figure->lo == Approx(4.5 - 1.96 * 0.371).margin(0.12));
  CHECK(*figure->hi == Approx(4.5 + 1.96 * 0.371).margin(0.12));
  CHECK(*figure->median == 4.5);
  CHECK(make_figure(values)->lo == figure->lo);
}

TEST_CASE("figure: seeds without a value lie above all others", "[service]") {
  const auto most = make_figure(Values{1.0, std::nullopt, 3.0});
  REQUIRE(most);
  CHECK_FALSE(most->mean);
  CHECK_FALSE(most->lo);
  CHECK(most->median == 3.0);
  CHECK(most->reached == Approx(2.0 / 3));
  const auto few = make_figure(Values{1.0, std::nullopt, std::nullopt});
  REQUIRE(few);
  CHECK_FALSE(few->median);
}

}  // namespace evolt
