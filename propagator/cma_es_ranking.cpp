// CMA-ES: the order of a generation, and what each place in it weighs; the rest is in cma_es.cpp.
#include "propagator/cma_es.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {

/// How many are ahead of a row, and which row: in this order.
std::vector<std::pair<std::size_t, std::size_t>> CmaEs::ranking() const {
  std::vector<std::pair<std::size_t, std::size_t>> places(rows_.size());
  const bool simple = std::all_of(rows_.begin(), rows_.end(), [](const Row& row) {
    return row.scores.size() == 1 && row.violation == 0 && !std::isnan(row.scores.front());
  });
  if (!simple) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto before = std::count_if(rows_.begin(), rows_.end(),
                                        [&](const Row& other) { return ahead(other, rows_[i]); });
      places[i] = {static_cast<std::size_t>(before), i};
    }
    std::sort(places.begin(), places.end());
    return places;
  }
  const auto score = [this](const auto& place) { return rows_[place.second].scores.front(); };
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    places[i].second = i;
  }
  std::sort(places.begin(), places.end(), [&](const auto& a, const auto& b) {
    return std::pair(score(a), a.second) < std::pair(score(b), b.second);
  });
  for (std::size_t at = 0; at < places.size(); ++at) {
    const bool level = at > 0 && score(places[at]) == score(places[at - 1]);
    places[at].first = level ? places[at - 1].first : at;
  }
  return places;
}

/// Sorts the rows, best first; gives the weight of each.
std::vector<double> CmaEs::ranked_weights() {
  const std::vector<std::pair<std::size_t, std::size_t>> places = ranking();
  std::vector<Row> sorted;
  sorted.reserve(places.size());
  for (const auto& [before, i] : places) {
    sorted.push_back(std::move(rows_[i]));
  }
  rows_ = std::move(sorted);
  std::vector<double> weights = gaussian_.weights();
  for (double& weight : weights) {
    weight = options_.active ? weight : std::max(weight, 0.0);
  }
  for (std::size_t from = 0; from < places.size();) {
    std::size_t to = from;
    double sum = 0;
    for (; to < places.size() && places[to].first == places[from].first; ++to) {
      sum += weights[to];
    }
    std::fill(weights.begin() + static_cast<std::ptrdiff_t>(from),
              weights.begin() + static_cast<std::ptrdiff_t>(to),
              sum / static_cast<double>(to - from));
    from = to;
  }
  return weights;
}

}  // namespace evolt
