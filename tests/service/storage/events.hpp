#pragma once

#include "core/event.hpp"

#include <string>
#include <utility>
#include <vector>

namespace evolt::testing {

/// Short names for the events that the tests tell.

inline TrialId id(std::uint64_t counter, std::uint32_t rank = 0, std::uint32_t incarnation = 1) {
  return {incarnation, rank, counter};
}

inline Event bred(TrialId trial, Params params = {{"lr", 0.1}}, std::int64_t steps = 10,
                  std::vector<TrialId> parents = {}) {
  return {{1.0},
          Bred{Trial{.id = trial,
                     .island = IslandId{0},
                     .genome = {{0.5}},
                     .params = std::move(params),
                     .lineage = {parents.empty() ? "immigrant" : "blend", std::move(parents)},
                     .fidelity = {"epoch", steps}}}};
}

inline Event leased(TrialId trial, std::int32_t attempt = 1, std::string checkpoint = "") {
  return {{2.0},
          Leased{Attempt{.trial = trial, .number = attempt, .checkpoint = std::move(checkpoint)}}};
}

inline Event measured(TrialId trial, std::int64_t step, Metrics metrics, std::int32_t attempt = 1) {
  return {{3.0},
          Measured{trial, attempt, Measurement{.step = step, .metrics = std::move(metrics)}}};
}

inline Event stopped(TrialId trial, std::int64_t step, bool audited = false,
                     std::int32_t attempt = 1) {
  return {{4.0}, Stopped{trial, attempt, step, "worse than the median", 0.7, 0.1, audited}};
}

inline Event finished(TrialId trial, std::vector<double> scores, std::int64_t steps = 10,
                      Ending ending = Ending::finished, std::int32_t attempt = 1,
                      double violation = 0) {
  Outcome outcome{.ending = ending, .steps = steps};
  outcome.usage.wall = {5.0};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    outcome.metrics.emplace_back(i == 0 ? "accuracy" : "joules", i == 0 ? -scores[i] : scores[i]);
  }
  return {{5.0}, Finished{trial, attempt, std::move(outcome), std::move(scores), violation}};
}

inline Event failed(TrialId trial, Failure failure = Failure::exit_code) {
  Outcome outcome{.ending = Ending::failed, .failure = failure, .reason = "exit code 1"};
  outcome.exit_code = 1;
  outcome.last_lines = {"Traceback", "\x1b[31mValueError\x1b[0m"};
  return {{5.0}, Finished{trial, 1, std::move(outcome), {}, 0}};
}

inline Event lost(TrialId trial, std::int32_t attempt = 1) {
  return {{5.0}, Lost{trial, attempt, "its rank died", Usage{.wall = {3.0}}}};
}

inline Event parked(TrialId trial, std::int64_t step, std::int32_t attempt = 1) {
  return {{5.0},
          Parked{.trial = trial,
                 .attempt = attempt,
                 .step = step,
                 .reason = "number 9 of 10",
                 .forecast = 0.8,
                 .spread = 0.05,
                 .usage = Usage{.wall = {3.0}, .startup = Seconds{1.0}}}};
}

inline Event migrated(TrialId trial, int from, int to, std::int64_t hop, bool copy = true) {
  return {{6.0}, Migrated{trial, IslandId{from}, IslandId{to}, hop, copy}};
}

}  // namespace evolt::testing
