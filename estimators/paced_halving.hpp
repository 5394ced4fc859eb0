#pragma once

#include "core/curve.hpp"
#include "core/verdict.hpp"
#include "estimators/history.hpp"
#include "estimators/parked_trials.hpp"
#include "estimators/rungs.hpp"
#include "estimators/window.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

struct PacedHalvingOptions {
  std::string name = "default";
  Window window;       ///< min_steps is the first rung; rungs lie a factor of three apart
  bool parks = false;  ///< trials can go on later: park them, do not stop them
  /// Which of several judged values is what the whole training costs; nullopt: none, or one value.
  std::optional<std::size_t> cost;
  /// Trials end at a target: the first judged value is what it costs, the last by how much it is
  /// missed.
  bool until_target = false;
  /// Considered at each rung; the first is the judged metric and needs no proof.
  std::vector<Score> scores = {kBest, kLoss, kLast};
  double first_eta = 3.5;     ///< one in so many passes the first rung, at usual concordance
  double eta = 3.3;           ///< and each later one
  double pace = 1.75;         ///< eta changes by exp(pace * (concordance - usual))
  double usual = 0.75;        ///< concordance that is expected before there is any evidence
  double weight = 12;         ///< in trials, of that expectation
  double margin = 0.04;       ///< other scores than the first begin so much below it
  double top = 0.01;          ///< the best share of all trials that always goes to the end
  std::size_t finalists = 3;  ///< and at least so many
  std::size_t few = 4;        ///< nobody is judged before so many have come to a rung
};

/// Successive halving whose pace follows the evidence: how hard a rung cuts depends on how well
/// the order there has foretold the order at the next one, for the trials that went there; and of
/// several scores (best value so far, training loss, newest value) each rung ranks by the one that
/// foretold best. So a study with early, telling curves ends most trials at the first rung, and
/// one whose curves cross, or have not left the ground yet, keeps more of them.
///
/// At a rung the best share of all trials goes on; the share is 1 / (first_eta * eta * ...), each
/// factor bent by its rung's concordance; but no more than 1 / eta of those that came to the rung,
/// so that with many workers the fastest do not pass unjudged. With `parks` a trial outside the
/// share is parked, and goes on as soon as it belongs to it: early trials do not fill the rungs
/// only because they were early, a wrong rank is corrected when more is known, and the last
/// `finalists` go to the end when no trial is left to breed. Without, it is stopped, more
/// cautiously: the best `finalists` and the first `few` always pass.
///
/// Where one of several values is a cost, stopping a cheap trial saves little: its place is
/// multiplied by cost / mean cost where that is below 1, the mean over all that came to the first
/// rung, so that what is cheap enough goes on wherever it stands. With costs all alike nothing
/// changes, and were places drawn by lot, a rung would let at most twice the cost pass. Where
/// trials end at a target, one that has used more than the cheapest that came there is stopped, at
/// any report, since it cannot be the best any more; and nobody else. Before one came there the
/// first ten pass, and later ones are ranked as ever.
///
/// Until ten trials have come, all that parks is parked; then the best goes on alone, so that there
/// is a first result. NaN: as every rule; a trial whose newest value is not finite is stopped, not
/// parked. A trial that lacks the score of a rung (it reports no training loss) is ranked by its
/// best value. Unknown full length: the rungs go on without end. Rungs in the last tenth of the
/// length are left out. Cost: O(rungs) questions to the history.
///
/// Source: ours. The frame is Li et al. 2020, "A System for Massively Parallel Hyperparameter
/// Tuning", MLSys (ASHA, promotion variant). That rungs should follow the agreement of neighbouring
/// rungs is the idea of Bohdal et al. 2023, "PASHA", ICLR; there it moves the top rung, here every
/// rung's share. docs/stopping.md has the measurements that the constants come from.
class PacedHalving {
 public:
  /// Errors: ConfigError for min_steps below 1.
  explicit PacedHalving(PacedHalvingOptions options = {});

  std::string_view name() const { return options_.name; }
  Verdict judge(const Curve& curve, const History& history) const;

  /// The parked trial that should go on. `more`: others run, or will be bred.
  std::optional<TrialId> resume(const ParkedTrials& parked, const History& history,
                                bool more) const;

  /// The next rung; nullopt: the end is next.
  std::optional<std::int64_t> goal(std::int64_t step) const;

 private:
  /// A rung as the evidence has it now.
  struct Stage {
    std::int64_t rung = 0;
    std::int64_t next = 0;  ///< the next rung, or the full length
    Score score;
    double share = 1;  ///< of all trials that may pass
    double part = 1;   ///< of those that came here
  };

  std::vector<Stage> stages(const History& history, std::int64_t up_to) const;
  std::int64_t next(std::int64_t rung) const;
  bool past_rungs(std::int64_t step) const;
  std::size_t room(const Stage& stage, const History& history, std::size_t trials) const;
  std::size_t standing(const TrialId& trial, const Place& place, const History& history,
                       std::int64_t rung) const;
  bool beaten(const CurvePoint& newest, double least) const;
  std::optional<TrialId> resume_at(const Stage& stage, const ParkedTrials& parked,
                                   const History& history, std::size_t pass) const;
  std::optional<TrialId> resume_below(double least, const ParkedTrials& parked,
                                      const History& history) const;
  void foresee(const Curve& curve, const History& history, std::int64_t rung,
               Verdict& verdict) const;

  PacedHalvingOptions options_;
  Rungs rungs_;
};

}  // namespace evolt
