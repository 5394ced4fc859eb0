#include "service/simulate/row_search.hpp"

#include <string>

namespace evolt {

NearestRow::NearestRow(Propagator inner, RowStock& stock, std::vector<Offspring> opening)
    : inner_(std::move(inner)), stock_(&stock), opening_(std::move(opening)) {}

Brood NearestRow::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  Brood brood;
  if (opened_ < opening_.size()) {
    brood.push_back(opening_[opened_++]);
  } else {
    brood = inner_.breed(ground, parents, rng);
  }
  for (Offspring& offspring : brood) {
    if (const auto row = stock_->take_nearest(offspring.genome)) {
      offspring.genome = stock_->coordinates().genome(*row);
    }
  }
  return brood;
}

Brood RowsInOrder::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                         Rng& rng) const {
  const auto row = stock_->take_next();
  Brood brood;
  brood.push_back({.genome = row ? stock_->coordinates().genome(*row) : ground.encoding.random(rng),
                   .lineage = {.propagator = std::string(name()), .parents = {}}});
  return brood;
}

}  // namespace evolt
