// What a ledger makes of results: which can be compared, which is best, how sure that is. The rest
// of Ledger is in ledger.cpp.
#include "core/words.hpp"
#include "service/report/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace evolt {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool estimated(const EnergyReading& reading) {
  return reading.label == EnergyLabel::model || reading.label == EnergyLabel::declared;
}

/// The parts of the host that its joules are of: `gpu + package`.
std::string scope_of(const std::vector<const EnergyReading*>& readings) {
  std::set<std::string> parts;
  for (const EnergyReading* const reading : readings) {
    parts.insert(reading->scope.begin(), reading->scope.end());
  }
  std::string scope;
  for (const std::string& part : parts) {
    scope += (scope.empty() ? "" : " + ") + part;
  }
  return scope;
}

std::string named(const std::string& scope) {
  return scope.empty() ? "parts that are not known" : scope;
}

/// Whether it could be the best.
bool stands(const Result& result, std::size_t objectives) {
  const auto finite = [](double score) { return std::isfinite(score); };
  return result.outcome.ending == Ending::finished && !result.scores.empty() &&
         result.scores.size() == objectives && !(result.violation > 0) &&
         !std::isnan(result.violation) &&
         std::all_of(result.scores.begin(), result.scores.end(), finite);
}

}  // namespace

/// What its scores were made of: as Rank::whole_usage().
Usage Ledger::scored_usage(const LedgerTrial& trial) const {
  if (!options_.anew) {
    if (auto all = used(trial)) {
      return *std::move(all);
    }
  }
  return trial.result->outcome.usage;
}

void Ledger::admit(LedgerTrial& trial) {
  Result& result = *trial.result;
  if (!stands(result, options_.names.size())) {
    return;
  }
  std::string scope;
  if (options_.objective) {
    const Usage usage = scored_usage(trial);
    const auto readings = options_.objective->readings(usage);
    if (!options_.energy.estimated &&
        std::any_of(readings.begin(), readings.end(),
                    [](const EnergyReading* reading) { return estimated(*reading); })) {
      return;
    }
    scope = scope_of(readings);
  }
  result.ranking = rankings_.of(scope);
  if (rankings_[*result.ranking].add(trial.number, configuration_of(trial), result.scores)) {
    operators_.improve(trial.lineage.propagator, trial.number);
  }
}

const Ranking* Ledger::leading() const {
  const auto index = rankings_.leading();
  return index ? &rankings_.all()[*index].second : nullptr;
}

bool Ledger::ranks(const LedgerTrial& trial) const {
  return trial.result && trial.result->ranking && trial.result->ranking == rankings_.leading();
}

std::string Ledger::why_unranked(const LedgerTrial& trial) const {
  if (!trial.result || ranks(trial) || !stands(*trial.result, options_.names.size())) {
    return "";
  }
  if (!trial.result->ranking) {
    return "its joules are estimated, not measured; energy.estimated = \"allow\" lets them rank";
  }
  const auto& all = rankings_.all();
  return "its joules are those of " + named(all[*trial.result->ranking].first) +
         ", and most of this study's are those of " + named(all[*rankings_.leading()].first) +
         ": energy.scope says what counts";
}

std::optional<BoundedScores> Ledger::bounded(const LedgerTrial& trial) const {
  if (!options_.objective || !trial.result || trial.result->scores.empty()) {
    return std::nullopt;
  }
  auto scores = options_.objective->bounded(trial.result->outcome.metrics, scored_usage(trial));
  if (!scores.ok()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < scores->values.size(); ++i) {
    Bounded& value = scores->values[i];
    const double scored = trial.result->scores[i];
    // A late fact about an attempt changed what the trial used, but not its score.
    if (std::abs(options_.objective->from_even(value.value) - scored) > 1e-9 * std::abs(scored)) {
      value = {value.value, -kInfinity, kInfinity};
      scores->source.clear();
    }
  }
  return *std::move(scores);
}

const LedgerTrial* Ledger::best() const {
  const Ranking* const ranking = leading();
  return ranking == nullptr ? nullptr : find(ranking->best());
}

std::vector<Front::Point> Ledger::front() const {
  const Ranking* const ranking = leading();
  return ranking == nullptr ? std::vector<Front::Point>() : ranking->front();
}

std::vector<double> Ledger::reference() const {
  const Ranking* const ranking = leading();
  return ranking == nullptr ? std::vector<double>() : ranking->reference();
}

/// The trial that was first bred with the same configuration, by number.
std::int64_t Ledger::configuration_of(const LedgerTrial& trial) const {
  const bool again = trial.lineage.propagator == kReplicate && !trial.lineage.parents.empty();
  const LedgerTrial* const root = again ? find(trial.lineage.parents.front()) : nullptr;
  return root == nullptr ? trial.number : root->number;
}

double Ledger::mean_score(const LedgerTrial& trial) const {
  return leading()->repeated().mean(configuration_of(trial));
}

std::int64_t Ledger::evaluations(const LedgerTrial& trial) const {
  return leading()->repeated().count(configuration_of(trial));
}

}  // namespace evolt
