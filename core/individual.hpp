#pragma once

#include "core/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A configuration in the encoded space: one coordinate per parameter, in the order of the search
/// space, including those that are not active now (they sleep, and wake with their old value).
/// Shape: numeric and ordinal genes lie in [0, 1]; a choice's gene is its index.
struct Genome {
  std::vector<double> genes;

  friend bool operator==(const Genome&, const Genome&) = default;
};

/// Where an individual comes from.
struct Lineage {
  std::string propagator;        ///< what bred it, for example `blend`, `immigrant`, `start`
  std::vector<TrialId> parents;  ///< empty for those bred from nothing

  friend bool operator==(const Lineage&, const Lineage&) = default;
};

/// The propagator named by the lineage of a trial that only evaluates a configuration again,
/// because results are noisy; its parent is the trial that was first bred with it.
inline constexpr std::string_view kReplicate = "replicate";

/// How far to trust an individual's scores.
enum class Standing {
  finished,  ///< trained to the end
  stopped,   ///< stopped early: scored by its last measurement, may breed, never *best*
};

/// A genome with what became of it. An island's population is made of these.
struct Individual {
  TrialId id;
  Genome genome;
  /// One per objective, in the order of the study; smaller is better, whatever the user's sign.
  std::vector<double> scores;
  /// How far it misses the study's requirements: 0 where it meets them all. Those that meet them
  /// come before those that do not (Deb 2000, constrained domination).
  double violation = 0;
  Standing standing = Standing::finished;
  Lineage lineage;

  friend bool operator==(const Individual&, const Individual&) = default;
};

}  // namespace evolt
