#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace evolt {

/// How a trial is run.
enum class StartMode { process, server, inproc, remote };

/// A quantity of training with a maximum: epochs, samples, seconds.
struct Fidelity {
  std::string name = "step";
  std::int64_t steps = 0;  ///< full length; 0: the trainer knows

  friend bool operator==(const Fidelity&, const Fidelity&) = default;
};

/// One evaluation of an individual: everything that is known when it is bred.
struct Trial {
  TrialId id;
  IslandId island{};
  Genome genome;
  Params params;  ///< decoded, active ones only
  Lineage lineage;
  Fidelity fidelity;

  friend bool operator==(const Trial&, const Trial&) = default;
};

/// One run of a trial on one slot.
struct Attempt {
  TrialId trial;
  std::int32_t number = 1;  ///< 1 for the first; a lost one is followed by the next
  RankId rank{};
  std::int32_t slot = 0;   ///< of that rank
  std::string worker;      ///< empty: the rank itself runs it
  std::string checkpoint;  ///< directory it continues from; empty: from scratch
  std::int64_t goal = 0;   ///< the step it trains to; 0: the trial's full length
  /// The parent whose checkpoint it starts from, counting its own steps from 1.
  std::optional<TrialId> inherits_from;

  friend bool operator==(const Attempt&, const Attempt&) = default;
};

}  // namespace evolt
