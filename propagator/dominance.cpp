#include "propagator/dominance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace evolt {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

bool dominates(const Marks& a, const Marks& b) {
  if (a.violation != b.violation) {
    return a.violation < b.violation;
  }
  bool less = false;
  for (std::size_t m = 0; m < a.scores.size(); ++m) {
    if (a.scores[m] > b.scores[m]) {
      return false;
    }
    less = less || a.scores[m] < b.scores[m];
  }
  return less;
}

bool DominanceIndex::dominates(std::size_t a, std::size_t b) const {
  return evolt::dominates(Marks{rows_[a].violation, scores(a)},
                          Marks{rows_[b].violation, scores(b)});
}

void DominanceIndex::insert(const Individual& individual) {
  if (rows_.empty()) {
    width_ = individual.scores.size();
  }
  assert(individual.scores.size() == width_);
  const bool flawed = std::isnan(individual.violation) ||
                      std::any_of(individual.scores.begin(), individual.scores.end(),
                                  [](double score) { return std::isnan(score); });
  const std::size_t fresh = rows_.size();
  row_of_.emplace(individual.id, fresh);
  rows_.push_back(
      {.individual = &individual, .violation = flawed ? kInfinity : individual.violation});
  for (const double score : individual.scores) {
    scores_.push_back(flawed ? kInfinity : score);
  }
  for (std::size_t row = 0; row < fresh; ++row) {
    if (dominates(row, fresh)) {
      ++rows_[fresh].dominators;
    } else if (dominates(fresh, row)) {
      ++rows_[row].dominators;
    }
  }
}

void DominanceIndex::erase(const Individual& individual) {
  const auto found = row_of_.find(individual.id);
  assert(found != row_of_.end());
  const std::size_t gone = found->second;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (dominates(gone, row)) {
      --rows_[row].dominators;
    }
  }
  const std::size_t last = rows_.size() - 1;
  row_of_.erase(found);
  if (gone != last) {
    rows_[gone] = rows_[last];
    std::copy_n(scores_.begin() + static_cast<std::ptrdiff_t>(last * width_), width_,
                scores_.begin() + static_cast<std::ptrdiff_t>(gone * width_));
    row_of_[rows_[gone].individual->id] = gone;
  }
  rows_.pop_back();
  scores_.resize(last * width_);
}

bool DominanceIndex::ties(std::size_t a, std::size_t b) const {
  return rows_[a].violation == rows_[b].violation && rows_[a].dominators == rows_[b].dominators;
}

bool DominanceIndex::precedes(std::size_t a, std::size_t b) const {
  if (rows_[a].violation != rows_[b].violation) {
    return rows_[a].violation < rows_[b].violation;
  }
  if (rows_[a].dominators != rows_[b].dominators) {
    return rows_[a].dominators < rows_[b].dominators;
  }
  return rows_[a].individual->id < rows_[b].individual->id;
}

std::vector<const Individual*> DominanceIndex::best(std::size_t capacity) const {
  std::vector<std::size_t> order(rows_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [this](std::size_t a, std::size_t b) { return precedes(a, b); };
  if (order.size() > capacity) {
    const auto cut = order.begin() + static_cast<std::ptrdiff_t>(capacity);
    std::nth_element(order.begin(), cut - 1, order.end(), before);
    const std::size_t edge = *(cut - 1);
    // Those tied with the last that fits, wherever they lie, then compete by crowding.
    const auto whole =
        std::partition(order.begin(), cut, [&](std::size_t row) { return !ties(row, edge); });
    const auto last =
        std::partition(cut, order.end(), [&](std::size_t row) { return ties(row, edge); });
    std::sort(order.begin(), whole, before);
    if (last != cut) {
      sort_by_crowding(std::span(whole, last));
    } else {
      std::sort(whole, cut, before);
    }
    order.resize(capacity);
  } else {
    std::sort(order.begin(), order.end(), before);
  }
  std::vector<const Individual*> chosen;
  chosen.reserve(order.size());
  for (const std::size_t row : order) {
    chosen.push_back(rows_[row].individual);
  }
  return chosen;
}

void DominanceIndex::sort_by_crowding(std::span<std::size_t> group) const {
  const auto id = [this](std::size_t row) { return rows_[row].individual->id; };
  std::sort(group.begin(), group.end(), [&](auto a, auto b) { return id(a) < id(b); });
  std::vector<double> distance(group.size(), 0.0);
  std::vector<std::size_t> line(group.size());
  for (std::size_t m = 0; m < width_; ++m) {
    std::iota(line.begin(), line.end(), std::size_t{0});
    const auto score = [&](std::size_t k) { return scores(group[k])[m]; };
    std::stable_sort(line.begin(), line.end(), [&](auto a, auto b) { return score(a) < score(b); });
    const double range = score(line.back()) - score(line.front());
    if (!(range > 0) || !std::isfinite(range)) {
      continue;
    }
    distance[line.front()] = kInfinity;
    distance[line.back()] = kInfinity;
    for (std::size_t k = 1; k + 1 < line.size(); ++k) {
      distance[line[k]] += (score(line[k + 1]) - score(line[k - 1])) / range;
    }
  }
  std::iota(line.begin(), line.end(), std::size_t{0});
  std::stable_sort(line.begin(), line.end(),
                   [&](auto a, auto b) { return distance[a] > distance[b]; });
  std::vector<std::size_t> sorted(group.size());
  std::transform(line.begin(), line.end(), sorted.begin(), [&](auto k) { return group[k]; });
  std::copy(sorted.begin(), sorted.end(), group.begin());
}

}  // namespace evolt
