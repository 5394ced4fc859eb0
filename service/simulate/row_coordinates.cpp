#include "service/simulate/row_coordinates.hpp"

namespace evolt {
namespace {

constexpr double kInactive = -1;

}  // namespace

RowCoordinates::RowCoordinates(const Encoding& encoding) : encoding_(&encoding) {
  for (std::size_t gene = 0; gene < encoding.size(); ++gene) {
    choices_.push_back(encoding.choices(gene) > 0 ? 1 : 0);
  }
}

std::vector<double> RowCoordinates::point(const Genome& genome) const {
  const ActiveMask active = encoding_->active_mask(genome);
  std::vector<double> point(dimensions(), kInactive);
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (active[i]) {
      point[i] = genome.genes[i];
    }
  }
  return point;
}

void RowCoordinates::add(const Genome& genome) {
  const std::vector<double> added = point(genome);
  points_.insert(points_.end(), added.begin(), added.end());
}

Genome RowCoordinates::genome(std::uint32_t row) const {
  Genome genome;
  genome.genes.reserve(dimensions());
  const auto point = of(row);
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double middle = is_choice(i) ? 0 : 0.5;
    genome.genes.push_back(point[i] == kInactive ? middle : point[i]);
  }
  return genome;
}

}  // namespace evolt
