#pragma once

#include "core/curve.hpp"
#include "core/ids.hpp"
#include "core/outcome.hpp"
#include "estimators/agreement.hpp"
#include "estimators/directions.hpp"
#include "estimators/ranked_values.hpp"
#include "estimators/score.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace evolt {

/// How a value compares with those of other trials.
struct Place {
  std::size_t better = 0;  ///< peers with a strictly smaller value
  std::size_t peers = 0;   ///< other trials that were ranked

  friend bool operator==(const Place&, const Place&) = default;
};

/// Every curve known to the study, kept so that a rule's question costs far below a microsecond,
/// whatever the number of trials. Values that are not finite are kept in the curve but not ranked.
///
/// A score "at step s" is that of a trial's curve up to and including its first report at or past
/// s; so trials that report at other steps compare too. A trial that has not come to s yet, or has
/// no score there, has none and is nobody's peer at s.
///
/// Where a study judges several values (CurvePoint::others), a trial is ranked in several
/// directions at once (`directions()`), on a scale that is taken from the trials that came to the
/// step, and anew whenever their number has doubled.
///
/// Thread: loop. Questions build an index for each step they ask about, once; it then grows with
/// every point.
class History {
 public:
  /// Adds a point. A step that is not above the trial's last one is ignored: the first value
  /// reported for a step stands, whichever attempt it came from, and a point that comes out of
  /// order is dropped. So a new attempt that begins again at step 1 is no error; it adds nothing
  /// until it passes the last attempt's end. Returns whether the point is new.
  bool add(const TrialId& trial, CurvePoint point);

  /// The curve is complete; a later call for the same trial replaces the ending. Ignored for a
  /// trial without a point.
  void end(const TrialId& trial, Ending ending);

  /// nullptr before its first point. Valid as long as the history.
  const Curve* curve(const TrialId& trial) const;

  /// Absent while the curve may still grow.
  std::optional<Ending> ending(const TrialId& trial) const;

  /// Curves with at least one point.
  std::size_t trials() const { return records_.size(); }

  /// Those of them that began last, `most` at most, the oldest first. Valid as curve().
  std::vector<const Curve*> newest(std::size_t most) const;

  /// The trial's best value at `step`; absent when it has none. Cost: O(log points).
  std::optional<double> best(const TrialId& trial, std::int64_t step) const;

  /// Any score of the trial at `step`. Cost: as best(), and value_of() for scores other than best.
  std::optional<double> at(const TrialId& trial, std::int64_t step, const Score& score) const;

  /// Where `value` stands among the scores of all other trials at `step`. Requires: not NaN.
  /// Cost: the first question about a step and score O(trials), then as RankedValues.
  Place place(const TrialId& trial, double value, std::int64_t step,
              const Score& score = kBest) const;

  /// Where a curve stands at `step`, by the score at its first report there. With several values
  /// its best direction speaks for it: `better` estimates how many others stand higher in theirs,
  /// from how far the directions agreed when the scale was taken (`breadth()`). nullopt where it
  /// has no such score. Cost: as place(), for each direction.
  std::optional<Place> place(const Curve& curve, std::int64_t step,
                             const Score& score = kBest) const;

  /// The values that are judged of each trial; 1 before the first.
  std::size_t values() const { return values_; }

  /// `score` itself with one value; with several, and where the score looks at all of them, that
  /// score in each direction.
  std::vector<Score> directed(const Score& score) const;

  /// The mean of one of several values, at its best so far, over the trials that came to `step`
  /// with finite values; absent before the first. Requires: value < values(), values() > 1. Cost:
  /// O(1) after the first question about a step.
  std::optional<double> mean(std::int64_t step, std::size_t value) const;

  /// The least first value of a point whose last value is 0: where they are a cost until a target
  /// and the miss of what is required (Outlook), the cheapest that came there. Absent before one
  /// did, and with one value.
  std::optional<double> least_met() const { return least_met_; }

  /// Changes when the scale at `step` does: then directed scores there are not comparable with
  /// those asked for before.
  std::size_t scale_of(std::int64_t step) const;

  /// How well the score at step `from` foretells the best value at step `to` (of several, the one
  /// the score names), over the trials that
  /// came to `to`, in the order in which they came there; those that had come before the first
  /// question, in the order of their first reports. Requires: from < to. Cost: the first question
  /// about two steps and a score O(trials), then O(1).
  const Agreement& agreement(const Score& score, std::int64_t from, std::int64_t to) const;

 private:
  struct Record {
    Curve curve;
    std::vector<double> best;  ///< values of each point so far; +infinity before the first finite
    std::optional<Ending> ending;
  };

  struct Ranking {
    Score score;
    RankedValues values;
  };
  struct Link {
    Score score;
    std::int64_t from = 0;
    Agreement agreement;
  };

  /// How several values compare at a step.
  struct Scale {
    std::size_t arrived = 0;
    std::size_t made_of = 0;
    ValueScale scale;
    double breadth = 1;
    std::vector<double> sum;  ///< of each value, over those that came with finite ones
    std::size_t summed = 0;
  };

  const Record* record(const TrialId& trial) const;
  static std::optional<std::size_t> first_at(const Curve& curve, std::int64_t step);
  std::vector<double> all_values(const Record& record, std::size_t point, const Score& score) const;
  std::optional<double> score_at(const Record& record, std::int64_t step, const Score& score) const;
  const Scale& scale(std::int64_t step) const;
  void rescale(std::int64_t step, Scale& scale) const;
  void take_in(Scale& scale, const Record& record, std::size_t point) const;
  const RankedValues& ranked(std::int64_t step, const Score& score) const;
  void learn(Link& link, const Record& record, std::int64_t to) const;

  std::size_t values_ = 1;
  std::optional<double> least_met_;
  std::vector<std::vector<double>> directions_;  ///< none with one value
  std::deque<Record> records_;  ///< in order of arrival; a deque keeps curve() valid
  absl::flat_hash_map<TrialId, std::size_t> index_;
  mutable std::map<std::int64_t, std::vector<Ranking>> ranked_;  ///< by step asked about
  mutable std::map<std::int64_t, std::deque<Link>> links_;       ///< by `to`
  mutable std::map<std::int64_t, Scale> scales_;                 ///< with several values
};

}  // namespace evolt
