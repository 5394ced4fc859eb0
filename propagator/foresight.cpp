#include "propagator/foresight.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

namespace evolt {
namespace {

std::size_t points_for(QuadraticModel::Form form, std::size_t n) {
  return 3 * QuadraticModel::terms(form, n) / 2;
}

}  // namespace

Foresight::Foresight(std::size_t n) : n_(n), frame_(std::vector<double>(n, 0.5), 1, 4) {}

QuadraticModel::Form Foresight::richest() const {
  return n_ <= kMostFull ? QuadraticModel::Form::full : QuadraticModel::Form::diagonal;
}

void Foresight::add(std::vector<double> x, double score) {
  assert(x.size() == n_ && std::isfinite(score));
  known_.push_back({.x = std::move(x), .score = score});
  if (known_.size() > points_for(richest(), n_)) {
    known_.pop_front();
  }
}

double Foresight::agreement(std::size_t newest) const {
  if (!ready()) {
    return -1;
  }
  const std::size_t first = known_.size() - std::min(known_.size(), newest);
  std::vector<const std::vector<double>*> points;
  for (std::size_t i = first; i < known_.size(); ++i) {
    points.push_back(&known_[i].x);
  }
  const std::vector<double> told = values(points);
  std::int64_t surplus = 0;
  for (std::size_t a = 0; a < told.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double product =
          (known_[first + a].score - known_[first + b].score) * (told[a] - told[b]);
      surplus += product > 0 ? 1 : product < 0 ? -1 : 0;
    }
  }
  const auto pairs = static_cast<double>(told.size() * (told.size() - 1)) / 2;
  return static_cast<double>(surplus) / std::max(pairs, 1.0);
}

/// Points in the frame, row by row. All at once, for each waits for divisions in a row.
std::vector<double> Foresight::framed(std::span<const std::vector<double>* const> points) const {
  const std::size_t count = points.size();
  std::vector<double> columns(count * n_);
  for (std::size_t p = 0; p < count; ++p) {
    const std::vector<double>& x = *points[p];
    for (std::size_t j = 0; j < n_; ++j) {
      columns[j * count + p] = (x[j] - frame_.mean()[j]) / frame_.sigma();
    }
  }
  frame_.whiten(columns, count);
  std::vector<double> rows(count * n_);
  for (std::size_t p = 0; p < count; ++p) {
    for (std::size_t j = 0; j < n_; ++j) {
      rows[p * n_ + j] = columns[j * count + p];
    }
  }
  return rows;
}

void Foresight::fit(const Gaussian& frame) {
  if (known_.size() < n_ + 3) {
    return;
  }
  const QuadraticModel::Form form = QuadraticModel::form_for(known_.size(), n_, richest());
  std::vector<std::size_t> order(std::min(known_.size(), points_for(form, n_)));
  std::iota(order.begin(), order.end(), known_.size() - order.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return known_[a].score < known_[b].score; });
  frame_ = frame;
  std::vector<const std::vector<double>*> points;
  std::vector<double> values;
  std::vector<double> weights;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const Point& point = known_[order[rank]];
    points.push_back(&point.x);
    values.push_back(point.score);
    weights.push_back(kBestWeight - (kBestWeight - 1) * static_cast<double>(rank) /
                                        static_cast<double>(order.size() - 1));
  }
  model_.fit(framed(points), values, weights, n_, form);
}

std::vector<double> Foresight::values(std::span<const std::vector<double>* const> points) const {
  const std::vector<double> rows = framed(points);
  std::vector<double> told;
  told.reserve(points.size());
  for (std::size_t p = 0; p < points.size(); ++p) {
    told.push_back(model_.value(std::span(rows).subspan(p * n_, n_)));
  }
  return told;
}

std::vector<double> Foresight::values(std::span<const std::vector<double>> points) const {
  std::vector<const std::vector<double>*> which;
  which.reserve(points.size());
  for (const std::vector<double>& point : points) {
    which.push_back(&point);
  }
  return values(which);
}

}  // namespace evolt
