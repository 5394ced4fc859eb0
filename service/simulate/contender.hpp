#pragma once

#include "service/study.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// Trains all for so many epochs, pauses, and finishes the best. Source: Egele, Mohr, Viering &
/// Balaprakash 2024, "The unreasonable effectiveness of early discarding after one epoch in neural
/// network hyperparameter optimization" (i-Epoch).
struct IEpoch {
  std::int64_t epochs = 1;
  std::int64_t top = 20;

  friend bool operator==(const IEpoch&, const IEpoch&) = default;
};

/// A way of searching: what proposes, and what stops.
struct Contender {
  std::string name;    ///< `SEARCH+STOPPER`
  std::string search;  ///< `evolution`: the study's own; `random`; or a propagator's name
  std::string stopper;
  std::optional<IEpoch> i_epoch;  ///< in place of a stopper

  /// What it needs to be run as a study of that many epochs: the study's own rule for `stopper`,
  /// with all its settings, where its kind is the same.
  Study study(const Study& study) const;
};

/// What may stand for SEARCH.
std::vector<std::string> search_names();

/// Errors: ConfigError for a search or a stopper that does not exist, and for an i-epoch that is
/// not `i-epoch:I` or `i-epoch:I:TOP`. Whether the stopper can be made is for make_plan() to say.
Contender make_contender(std::string_view search, std::string_view stopper);

/// The same from `SEARCH+STOPPER`. `option` is for messages.
Contender parse_contender(std::string_view text, std::string_view option);

}  // namespace evolt
