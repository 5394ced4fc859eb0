#pragma once

#include "service/report/front.hpp"
#include "service/report/repeated_results.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Results that may be compared with each other: the best of them, and their front. Smaller is
/// better. Results are those of trials that finished and meet every requirement.
class Ranking {
 public:
  /// Whether it is the best so far or, with several objectives, on the front. `configuration`: as
  /// RepeatedResults'. Cost: with several objectives the front's size.
  bool add(std::int64_t number, std::int64_t configuration, const std::vector<double>& scores);

  std::int64_t results() const { return results_; }

  /// Lowest scores, the first objective first; of equals the lowest number. 0: there is none. With
  /// one objective and results that were repeated: RepeatedResults::best().
  std::int64_t best() const { return repeated_.any() ? repeated_.best() : best_; }

  /// With several objectives.
  std::vector<Front::Point> front() const { return front_.points(); }

  /// With several objectives: the worst of the first ten results in each objective, and a tenth of
  /// their range; empty before.
  std::vector<double> reference() const;

  /// With one objective.
  const RepeatedResults& repeated() const { return repeated_; }

 private:
  std::int64_t results_ = 0;
  std::int64_t best_ = 0;
  std::vector<double> best_scores_;
  RepeatedResults repeated_;
  Front front_;
  std::vector<std::vector<double>> first_scores_;  ///< they make the reference
};

/// The rankings of a study, one for each scope of energy that was met: joules of different parts of
/// a host are different quantities. Where scores hold no energy there is one.
class Rankings {
 public:
  /// Of that scope; the rankings keep their indices.
  std::size_t of(std::string_view scope);
  Ranking& operator[](std::size_t index) { return all_[index].second; }

  /// The one with the most results, of equals the first. nullopt: there is none.
  std::optional<std::size_t> leading() const;
  const std::vector<std::pair<std::string, Ranking>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, Ranking>> all_;
};

}  // namespace evolt
