#pragma once

#include "core/rng.hpp"
#include "propagator/propagator.hpp"
#include "service/simulate/row_stock.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Searches a table that is a sample of a space: whatever `inner` breeds becomes the nearest row
/// that was not used, and whoever learns is told of that row. Begins with `opening`, likewise.
///
/// Copies share the stock, so that no row is proposed twice. When none is left the offspring stays
/// as it was bred.
class NearestRow {
 public:
  /// Requires: `stock` outlives this; `inner` breeds one offspring from the archive.
  NearestRow(Propagator inner, RowStock& stock, std::vector<Offspring> opening);

  std::string_view name() const { return inner_.name(); }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng);
  void observe(const Individual& individual) { inner_.observe(individual); }

 private:
  Propagator inner_;
  RowStock* stock_;
  std::vector<Offspring> opening_;
  std::size_t opened_ = 0;
};

/// Proposes the rows of a table in the order of the stock: random search over a shuffled pool.
class RowsInOrder {
 public:
  /// Requires: `stock` outlives this.
  explicit RowsInOrder(RowStock& stock) : stock_(&stock) {}

  std::string_view name() const { return "random"; }
  Arity arity() const { return {.parents = 0, .offspring = 1}; }
  Brood breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const;

 private:
  RowStock* stock_;
};

}  // namespace evolt
