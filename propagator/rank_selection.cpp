#include "propagator/rank_selection.hpp"

#include "core/config_error.hpp"
#include "propagator/parents.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>

namespace evolt {

RankSelection::RankSelection(RankSelectionOptions options) : options_(options) {
  if (options.among == 0 || options.count == 0 || !(options.pressure >= 1) ||
      !std::isfinite(options.pressure)) {
    throw ConfigError(Complaint{
        .what = "rank selection needs among and count above 0 and a pressure of at least 1",
        .key = "rank",
        .found = absl::StrCat("among ", options.among, ", count ", options.count, ", pressure ",
                              options.pressure)});
  }
}

Brood RankSelection::breed(const Ground& ground, std::span<const Offspring> /*parents*/,
                           Rng& rng) const {
  return pick_parents(name(), ground, options_.count, rng, [&](std::size_t living) {
    const auto field = static_cast<double>(std::min(living, options_.among));
    return static_cast<std::size_t>(field * std::pow(rng.uniform(), options_.pressure));
  });
}

}  // namespace evolt
