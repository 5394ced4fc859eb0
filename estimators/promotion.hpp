#pragma once

#include "core/ids.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"
#include "estimators/rungs.hpp"
#include "estimators/score.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace evolt {

/// What the rules that let one in eta pass each rung have in common (Asha, Pasha).

/// How many of `arrived` trials pass.
std::size_t one_in(double eta, std::size_t arrived);

/// The verdict against a trial that is not among the `pass` best of `arrived` trials.
Verdict left_behind(std::size_t pass, std::size_t arrived, std::int64_t step, bool parks);

/// The parked trial that goes on: at the highest rung that has one, the best of those that stand
/// among the best `pass(rung, arrived)` of the `arrived` trials that came there. Trials without the
/// score are ranked by their best value. Cost: O(rungs) questions to the history.
std::optional<TrialId> promoted(const ParkedTrials& parked, const History& history,
                                const Rungs& rungs, const Score& score,
                                const std::function<std::size_t(std::int64_t, std::size_t)>& pass);

/// The lowest rung above `step`; nullopt where it is not below the full length. `steps` 0: unknown.
std::optional<std::int64_t> rung_before_the_end(const Rungs& rungs, std::int64_t step,
                                                std::int64_t steps);

}  // namespace evolt
