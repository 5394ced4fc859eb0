#include "propagator/quadratic_model.hpp"

#include "propagator/cholesky.hpp"
#include "propagator/wide_loops.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

/// Relative to the weight of all points: only what the points leave open is drawn to zero.
constexpr double kRidge = 1e-9;

/// Points that are added to the normal equations at once, so that these are loaded and stored once
/// for all; the order of the sums is as if they came one by one.
constexpr std::size_t kAtOnce = 4;

/// Adds some points, given by the lines of their features, to the lower triangle of the normal
/// equations.
EVOLT_WIDE_LOOPS void add(std::span<const double> rows, std::span<const double> weights,
                          std::span<const double> values, std::span<double> normal,
                          std::span<double> right) {
  const std::size_t count = right.size();
  const double* const a = rows.data();
  const double* const b = a + count;
  const double* const c = b + count;
  const double* const d = c + count;
  for (std::size_t j = 0; j < count; ++j) {
    double* const line = &normal[j * count];
    if (weights.size() < kAtOnce) {
      for (std::size_t p = 0; p < weights.size(); ++p) {
        const double weighted = weights[p] * a[p * count + j];
        right[j] += weighted * values[p];
        for (std::size_t k = 0; k <= j; ++k) {
          line[k] += weighted * a[p * count + k];
        }
      }
      continue;
    }
    const double wa = weights[0] * a[j];
    const double wb = weights[1] * b[j];
    const double wc = weights[2] * c[j];
    const double wd = weights[3] * d[j];
    right[j] = (((right[j] + wa * values[0]) + wb * values[1]) + wc * values[2]) + wd * values[3];
    for (std::size_t k = 0; k <= j; ++k) {
      line[k] = (((line[k] + wa * a[k]) + wb * b[k]) + wc * c[k]) + wd * d[k];
    }
  }
}

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
  std::vector<double> rows(kAtOnce * count);
  for (std::size_t i = 0; i < values.size(); i += kAtOnce) {
    const std::size_t some = std::min(kAtOnce, values.size() - i);
    for (std::size_t p = 0; p < some; ++p) {
      features(points.subspan((i + p) * n, n), form, std::span(rows).subspan(p * count, count));
    }
    add(rows, weights.subspan(i, some), values.subspan(i, some), normal, right);
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
