#include "service/simulate/row_stock.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace evolt {
namespace {

constexpr std::uint32_t kLeaf = 8;

/// The part of one gene in a distance. Inactive genes lie below 0.
double part(double a, double b, bool choice) {
  if (a == b) {
    return 0;
  }
  return choice || a < 0 || b < 0 ? 1 : std::abs(a - b);
}

/// The least part between `a` and anything in [low, high].
double least_part(double a, double low, double high, bool choice) {
  if (low == high) {
    return part(a, low, choice);
  }
  if (a >= low && a <= high) {
    return 0;
  }
  if (choice || a < 0) {
    return 1;
  }
  return a > high ? a - high : (low < 0 ? 0 : low - a);
}

}  // namespace

RowStock::RowStock(const RowCoordinates& coordinates, std::vector<std::uint32_t> rows)
    : coordinates_(&coordinates),
      rows_(std::move(rows)),
      order_(rows_.size()),
      used_(rows_.size()) {
  assert(!rows_.empty());
  std::iota(order_.begin(), order_.end(), 0U);
  leaf_.resize(rows_.size());
  entry_.resize(rows_.size());
  grow();
  for (std::uint32_t entry = 0; entry < order_.size(); ++entry) {
    entry_[order_[entry]] = entry;
    const auto point = coordinates.of(rows_[order_[entry]]);
    points_.insert(points_.end(), point.begin(), point.end());
  }
}

std::uint32_t RowStock::add_node(std::uint32_t begin, std::uint32_t end, std::uint32_t parent) {
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({begin, end, parent, kNone, end - begin});
  const std::size_t genes = coordinates_->dimensions();
  const std::size_t box = boxes_.size();
  boxes_.resize(box + genes, std::numeric_limits<double>::infinity());
  boxes_.resize(box + 2 * genes, -std::numeric_limits<double>::infinity());
  for (std::uint32_t entry = begin; entry < end; ++entry) {
    const auto point = coordinates_->of(rows_[order_[entry]]);
    for (std::size_t gene = 0; gene < genes; ++gene) {
      boxes_[box + gene] = std::min(boxes_[box + gene], point[gene]);
      boxes_[box + genes + gene] = std::max(boxes_[box + genes + gene], point[gene]);
    }
  }
  return node;
}

const double* RowStock::box_of(std::uint32_t node) const {
  return boxes_.data() + std::size_t{2} * node * coordinates_->dimensions();
}

void RowStock::grow() {
  add_node(0, static_cast<std::uint32_t>(rows_.size()), kNone);
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].end - nodes_[node].begin > kLeaf && split(node)) {
      continue;
    }
    std::fill(leaf_.begin() + nodes_[node].begin, leaf_.begin() + nodes_[node].end, node);
  }
}

/// At the median of the gene that tells most apart; false when all rows are alike.
bool RowStock::split(std::uint32_t node) {
  const auto [begin, end, parent, children, left] = nodes_[node];
  const std::size_t genes = coordinates_->dimensions();
  const double* const low = box_of(node);
  std::size_t widest = 0;
  double width = -1;
  for (std::size_t gene = 0; gene < genes; ++gene) {
    const double here = part(low[gene], low[genes + gene], coordinates_->is_choice(gene));
    if (here > width) {
      widest = gene;
      width = here;
    }
  }
  if (width <= 0) {
    return false;
  }
  const auto from = order_.begin() + begin;
  const auto to = order_.begin() + end;
  const auto value = [&](std::uint32_t position) {
    return coordinates_->of(rows_[position])[widest];
  };
  const auto middle = from + (end - begin) / 2;
  std::nth_element(from, middle, to,
                   [&](std::uint32_t a, std::uint32_t b) { return value(a) < value(b); });
  // Equal values stay together, so that a choice is not on both sides.
  const double pivot = value(*middle);
  auto cut = std::partition(from, to, [&](std::uint32_t a) { return value(a) < pivot; });
  if (cut == from) {
    cut = std::partition(from, to, [&](std::uint32_t a) { return value(a) <= pivot; });
  }
  const auto at = static_cast<std::uint32_t>(cut - order_.begin());
  const std::uint32_t first = add_node(begin, at, node);
  add_node(at, end, node);
  nodes_[node].children = first;
  return true;
}

/// No row below the node is nearer; past `most` anything above it will do.
double RowStock::bound(std::uint32_t node, std::span<const double> point, double most) const {
  const std::size_t genes = point.size();
  const double* const low = box_of(node);
  double sum = 0;
  for (std::size_t gene = 0; gene < genes && sum < most; ++gene) {
    sum += least_part(point[gene], low[gene], low[genes + gene], coordinates_->is_choice(gene));
  }
  return sum;
}

/// Past `most` anything above it will do.
double RowStock::distance(std::uint32_t entry, std::span<const double> point, double most) const {
  const double* const row = points_.data() + entry * point.size();
  double sum = 0;
  for (std::size_t gene = 0; gene < point.size() && sum < most; ++gene) {
    sum += part(point[gene], row[gene], coordinates_->is_choice(gene));
  }
  return sum;
}

void RowStock::visit(std::uint32_t node, Search& search) const {
  const Node& here = nodes_[node];
  if (here.children == kNone) {
    for (std::uint32_t entry = here.begin; entry < here.end; ++entry) {
      if (search.used_too || !used_[order_[entry]]) {
        const double far = distance(entry, search.point, search.distance);
        if (far < search.distance) {
          search.distance = far;
          search.entry = entry;
        }
      }
    }
    return;
  }
  std::pair<double, std::uint32_t> both[] = {{0, here.children}, {0, here.children + 1}};
  for (auto& [least, child] : both) {
    least = search.used_too || nodes_[child].left > 0 ? bound(child, search.point, search.distance)
                                                      : HUGE_VAL;
  }
  if (both[1].first < both[0].first) {
    std::swap(both[0], both[1]);
  }
  for (const auto& [least, child] : both) {
    if (least < search.distance) {
      visit(child, search);
    }
  }
}

void RowStock::use(std::uint32_t entry) {
  used_[order_[entry]] = true;
  for (std::uint32_t node = leaf_[entry]; node != kNone; node = nodes_[node].parent) {
    --nodes_[node].left;
  }
}

std::optional<std::uint32_t> RowStock::take_nearest(const Genome& genome) {
  if (left() == 0) {
    return std::nullopt;
  }
  const std::vector<double> point = coordinates_->point(genome);
  Search search{.point = point, .distance = HUGE_VAL};
  visit(0, search);
  use(search.entry);
  return rows_[order_[search.entry]];
}

std::optional<std::uint32_t> RowStock::take_next() {
  while (next_ < rows_.size() && used_[next_]) {
    ++next_;
  }
  if (next_ == rows_.size()) {
    return std::nullopt;
  }
  use(entry_[next_]);
  return rows_[next_];
}

std::uint32_t RowStock::nearest(const Genome& genome) const {
  const std::vector<double> point = coordinates_->point(genome);
  Search search{.point = point, .used_too = true, .distance = HUGE_VAL};
  visit(0, search);
  return rows_[order_[search.entry]];
}

}  // namespace evolt
