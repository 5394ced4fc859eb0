#include "service/simulate/table_pool.hpp"

#include "core/rng.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr std::uint64_t kStream = 0x706f6f6c;

/// The cost of the last of the best share, of which there is at least one. Requires: sorted.
double last_of_best(const std::vector<double>& costs, double share) {
  const auto count =
      static_cast<std::size_t>(std::floor(share * static_cast<double>(costs.size()) + 1e-9));
  return costs[std::max<std::size_t>(count, 1) - 1];
}

std::optional<LeanBounds> lean_bounds(const TableStudy& study, const TablePool& pool,
                                      const LeanTerms& terms) {
  LeanBounds bounds{.cost = pool.best + terms.within, .joules = {HUGE_VAL}};
  for (const std::uint32_t row : pool.rows) {
    if (is_lean(bounds, study, row)) {
      bounds.joules = study.table().last(row).joules;
    }
  }
  if (!study.table().head().has_joules || !std::isfinite(bounds.joules.value)) {
    return std::nullopt;
  }
  bounds.joules = terms.factor * bounds.joules;
  return bounds;
}

}  // namespace

TablePool draw_pool(const TableStudy& study, std::optional<std::size_t> size,
                    const PoolGoals& goals, std::uint64_t seed) {
  assert(!size || *size <= study.rows().size());
  TablePool pool{.rows = study.rows()};
  const std::size_t count = size.value_or(pool.rows.size());
  Rng rng{seed, kStream};
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(pool.rows[i], pool.rows[i + rng.below(pool.rows.size() - i)]);
  }
  pool.rows.resize(count);
  std::vector<double> costs;
  costs.reserve(count);
  for (const std::uint32_t row : pool.rows) {
    costs.push_back(study.cost(row));
  }
  std::sort(costs.begin(), costs.end());
  pool.best = costs.front();
  pool.hit = last_of_best(costs, 0.01);
  pool.quality = last_of_best(costs, goals.quality);
  pool.lean = lean_bounds(study, pool, goals.lean);
  return pool;
}

bool is_lean(const LeanBounds& bounds, const TableStudy& study, std::uint32_t row) {
  const Joules joules = study.table().last(row).joules;
  return joules.value > 0 && joules <= bounds.joules && study.cost(row) <= bounds.cost;
}

}  // namespace evolt
