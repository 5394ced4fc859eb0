#include "propagator/quadratic_model.hpp"

#include "core/rng.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace evolt {
namespace {

using Form = QuadraticModel::Form;

TEST_CASE("quadratic model: as many terms as the polynomial has", "[propagator]") {
  CHECK(QuadraticModel::terms(Form::linear, 4) == 5);
  CHECK(QuadraticModel::terms(Form::diagonal, 4) == 9);
  CHECK(QuadraticModel::terms(Form::full, 4) == 15);
}

TEST_CASE("quadratic model: the richest form that the points determine", "[propagator]") {
  CHECK(QuadraticModel::form_for(9, 4, Form::full) == Form::linear);
  CHECK(QuadraticModel::form_for(10, 4, Form::full) == Form::diagonal);
  CHECK(QuadraticModel::form_for(17, 4, Form::full) == Form::full);
  CHECK(QuadraticModel::form_for(17, 4, Form::diagonal) == Form::diagonal);
}

TEST_CASE("quadratic model: finds the polynomial behind the points", "[propagator]") {
  const Form form = GENERATE(Form::linear, Form::diagonal, Form::full);
  const auto truth = [&](double x, double y) {
    const double line = 3 + 2 * x - y;
    const double bent = form == Form::linear ? line : line + x * x + 4 * y * y;
    return form == Form::full ? bent - 1.5 * x * y : bent;
  };
  Rng rng{1};
  std::vector<double> points;
  std::vector<double> values;
  for (int i = 0; i < 12; ++i) {
    points.push_back(rng.normal());
    points.push_back(rng.normal());
    values.push_back(truth(points[points.size() - 2], points.back()));
  }
  QuadraticModel model;
  REQUIRE_FALSE(model.fitted());
  REQUIRE(model.fit(points, values, std::vector<double>(12, 1.0), 2, form));
  CHECK(model.value(std::vector<double>{0.3, -0.7}) == Approx(truth(0.3, -0.7)).epsilon(1e-4));
}

TEST_CASE("quadratic model: stays as it was when nothing can be fitted", "[propagator]") {
  QuadraticModel model;
  const std::vector<double> nan(3, std::nan(""));
  CHECK_FALSE(
      model.fit(std::vector<double>{0, 1, 2}, nan, std::vector<double>(3, 1.0), 1, Form::linear));
  CHECK_FALSE(model.fit({}, {}, {}, 1, Form::linear));
  CHECK_FALSE(model.fitted());
}

}  // namespace
}  // namespace evolt
