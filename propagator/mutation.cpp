#include "propagator/mutation.hpp"

#include "core/config_error.hpp"
#include "propagator/reflect.hpp"

#include <absl/container/inlined_vector.h>
#include <absl/strings/str_cat.h>

#include <cassert>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace evolt {

Mutation::Mutation(MutationOptions options) : options_(options) {
  const auto sensible = [](double x) { return x >= 0 && std::isfinite(x); };
  if (!(options.more >= 0 && options.more < 1) || !sensible(options.scale) ||
      !sensible(options.decades)) {
    throw ConfigError(Complaint{
        .what = "mutation needs 0 <= more < 1 and a finite scale and decades, not negative",
        .key = "mutation",
        .found = absl::StrCat("more ", options.more, ", scale ", options.scale, ", decades ",
                              options.decades)});
  }
}

double Mutation::changed(const Axis& axis, double gene, Rng& rng) const {
  const std::int64_t levels = axis.levels();
  const std::int64_t level = levels > 0 ? axis.level(gene) : 0;
  if (axis.is_choice()) {
    const auto other = static_cast<std::int64_t>(rng.below(static_cast<std::size_t>(levels - 1)));
    return static_cast<double>(other < level ? other : other + 1);
  }
  const double deviation = options_.scale * std::pow(10.0, -options_.decades * rng.uniform());
  const double moved = reflect(gene + deviation * rng.normal());
  if (levels == 0 || axis.level(moved) != level) {
    return moved;
  }
  const bool up = rng.chance(0.5);
  if (up) {
    return axis.gene_at(level + 1 < levels ? level + 1 : level - 1);
  }
  return axis.gene_at(level > 0 ? level - 1 : level + 1);
}

void Mutation::mutate(const Encoding& encoding, Genome& genome, Rng& rng) const {
  const ActiveMask mask = encoding.active_mask(genome);
  absl::InlinedVector<std::size_t, 64> open;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (mask[i] && encoding.levels(i) != 1) {
      open.push_back(i);
    }
  }
  while (!open.empty()) {
    std::swap(open[rng.below(open.size())], open.back());
    const std::size_t i = open.back();
    open.pop_back();
    genome.genes[i] = changed(encoding.axis(i), genome.genes[i], rng);
    if (!rng.chance(options_.more)) {
      break;
    }
  }
}

Brood Mutation::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) const {
  assert(parents.size() == 1);
  Brood brood(parents.begin(), parents.end());
  mutate(ground.encoding, brood.front().genome, rng);
  brood.front().lineage.propagator = std::string(name());
  return brood;
}

}  // namespace evolt
