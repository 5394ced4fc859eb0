#include "propagator/quadratic_model.hpp"

#include "propagator/cholesky.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

/// Relative to the weight of all points: only what the points leave open is drawn to zero.
constexpr double kRidge = 1e-9;

}  // namespace

std::size_t QuadraticModel::terms(Form form, std::size_t n) {
  switch (form) {
    case Form::linear:
      return 1 + n;
    case Form::diagonal:
      return 1 + 2 * n;
    default:
      return 1 + n + n * (n + 1) / 2;
  }
}

QuadraticModel::Form QuadraticModel::form_for(std::size_t count, std::size_t n, Form most) {
  const auto enough = [&](Form form) { return 10 * count >= 11 * terms(form, n); };
  if (most == Form::full && enough(Form::full)) {
    return Form::full;
  }
  return most != Form::linear && enough(Form::diagonal) ? Form::diagonal : Form::linear;
}

void QuadraticModel::features(std::span<const double> u, Form form, std::span<double> out) {
  std::size_t at = 0;
  out[at++] = 1;
  for (const double one : u) {
    out[at++] = one;
  }
  if (form == Form::linear) {
    return;
  }
  for (const double one : u) {
    out[at++] = one * one;
  }
  for (std::size_t j = 0; form == Form::full && j < u.size(); ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      out[at++] = u[j] * u[k];
    }
  }
}

bool QuadraticModel::fit(std::span<const double> points, std::span<const double> values,
                         std::span<const double> weights, std::size_t n, Form form) {
  const std::size_t count = terms(form, n);
  std::vector<double> normal(count * count, 0.0);
  std::vector<double> right(count, 0.0);
  std::vector<double> row(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    features(points.subspan(i * n, n), form, row);
    for (std::size_t j = 0; j < count; ++j) {
      const double weighted = weights[i] * row[j];
      right[j] += weighted * values[i];
      double* const line = &normal[j * count];
      for (std::size_t k = 0; k <= j; ++k) {
        line[k] += weighted * row[k];
      }
    }
  }
  for (std::size_t j = 1; j < count; ++j) {
    normal[j * count + j] += kRidge * normal[0];
  }
  Cholesky root;
  if (!root.factor(normal, count)) {
    return false;
  }
  root.solve(right);
  if (!std::all_of(right.begin(), right.end(), [](double c) { return std::isfinite(c); })) {
    return false;
  }
  form_ = form;
  coefficients_ = std::move(right);
  return true;
}

double QuadraticModel::value(std::span<const double> u) const {
  const std::size_t n = u.size();
  const double* c = coefficients_.data();
  double sum = c[0];
  for (std::size_t j = 0; j < n; ++j) {
    sum += c[1 + j] * u[j];
  }
  if (form_ == Form::linear) {
    return sum;
  }
  for (std::size_t j = 0; j < n; ++j) {
    sum += c[1 + n + j] * u[j] * u[j];
  }
  std::size_t at = 1 + 2 * n;
  for (std::size_t j = 0; form_ == Form::full && j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      sum += c[at++] * u[j] * u[k];
    }
  }
  return sum;
}

}  // namespace evolt
