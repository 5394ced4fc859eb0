#include "propagator/cma_es.hpp"

#include "propagator/dominance.hpp"
#include "propagator/level_margin.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostBirths = 64;
constexpr int kTriesInside = 4;
// Chosen on eight functions in five and ten dimensions; docs/search.md has the neighbours.
constexpr std::size_t kForeseen = 20;  // draws of which the best by the model is bred
constexpr double kTrusted = 0.5;       // agreement above which results are asked for less often,
constexpr double kDistrusted = 0.3;    // below which more often,
constexpr double kQuotaStep = 1.5;     // and by how much
constexpr double kOldest = 2.5;        // generations that results may be old on average
constexpr std::size_t kNewest = 15;    // results in which agreement is measured (Hansen 2019)
constexpr std::size_t kMostForeseen = 40;  // numbers; above, a model costs too much
constexpr double kMostOutside = 1;         // deviations of the mean beyond the box

std::vector<std::size_t> genes_of(const Encoding& encoding, bool choices) {
  std::vector<std::size_t> genes;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.levels(i) != 1 && (encoding.choices(i) > 0) == choices) {
      genes.push_back(i);
    }
  }
  return genes;
}

std::vector<std::size_t> counts_of(const Encoding& encoding) {
  std::vector<std::size_t> counts;
  for (const std::size_t i : genes_of(encoding, true)) {
    counts.push_back(encoding.choices(i));
  }
  return counts;
}

bool branches(const Encoding& encoding) {
  const auto& parameters = encoding.space().parameters();
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Parameter& one) { return !one.when.all.empty(); });
}

std::size_t usual_population(std::size_t genes) {
  const double n = static_cast<double>(std::max<std::size_t>(genes, 1));
  return 4 + static_cast<std::size_t>(3 * std::log(n));
}

/// Of each choice: Hamano et al. 2024, "CatCMA".
double choice_margin(std::size_t choices) {
  return 1 - std::pow(0.73, 1 / static_cast<double>(std::max<std::size_t>(choices, 1)));
}

/// How far beyond `edge` a standard normal value that exceeds it lies on average.
double mean_beyond(double edge) {
  constexpr double kRootTwoPi = 2.5066282746310002;
  constexpr double kFar = 5;  // from here on, no further than edge itself to 4 %
  return edge > kFar ? edge
                     : std::exp(-edge * edge / 2) / kRootTwoPi /
                           (std::erfc(edge / std::numbers::sqrt2) / 2);
}

bool opens(const std::string& origin) {
  return origin == "sample" || origin == "start";
}

}  // namespace

CmaEs::CmaEs(const Encoding& encoding, CmaEsOptions options)
    : encoding_(&encoding),
      options_(std::move(options)),
      numbers_(genes_of(encoding, false)),
      choices_(genes_of(encoding, true)),
      first_population_(usual_population(numbers_.size() + choices_.size())),
      largest_population_(first_population_),
      population_(first_population_),
      gaussian_(std::vector<double>(numbers_.size(), 0.5), options_.sigma, population_),
      chooser_(fresh_choices()),
      foresight_(numbers_.size()),
      foresees_(options_.foresight && choices_.empty() && !numbers_.empty() &&
                numbers_.size() <= kMostForeseen && !branches(encoding)),
      quota_(static_cast<double>(population_)) {
  keep_margins();
  gaussian_.refresh();
}

ChoiceModel CmaEs::fresh_choices() const {
  return {counts_of(*encoding_), choice_margin(choices_.size())};
}

/// A point of the distribution, within the box.
std::vector<double> CmaEs::drawn(Rng& rng) const {
  std::vector<double> x(numbers_.size());
  for (int tries = 0; tries < kTriesInside; ++tries) {
    gaussian_.sample(rng, x);
    bool inside = true;
    for (std::size_t j = 0; j < x.size(); ++j) {
      x[j] = gaussian_.mean()[j] + gaussian_.sigma() * x[j];
      inside = inside && x[j] >= 0 && x[j] <= 1;
    }
    if (inside) {
      break;
    }
  }
  for (double& one : x) {
    one = std::clamp(one, 0.0, 1.0);
  }
  return x;
}

/// A point with its discrete numbers in the middle of their levels: what is evaluated.
std::vector<double> CmaEs::settled(std::vector<double> x) const {
  for (std::size_t j = 0; j < x.size(); ++j) {
    const Axis& axis = encoding_->axis(numbers_[j]);
    x[j] = axis.levels() > 0 ? axis.gene_at(axis.level(x[j])) : x[j];
  }
  return x;
}

Brood CmaEs::breed(const Ground& ground, std::span<const Offspring> /*parents*/, Rng& rng) {
  if (foresees_ && !rows_.empty() && static_cast<double>(rows_.size()) >= quota_) {
    end_generation();
  }
  Offspring offspring{.genome = {}, .lineage = {.propagator = options_.name, .parents = {}}};
  std::vector<double>& genes = offspring.genome.genes;
  for (std::size_t i = 0; i < encoding_->size(); ++i) {
    genes.push_back(encoding_->choices(i) > 0 ? 0 : 0.5);
  }
  std::vector<double> x = drawn(rng);
  if (foresees_ && quota_ < static_cast<double>(population_)) {
    std::vector<std::vector<double>> draws{std::move(x)};
    while (draws.size() < kForeseen) {
      draws.push_back(drawn(rng));
    }
    std::vector<std::vector<double>> points;
    points.reserve(draws.size());
    for (const std::vector<double>& draw : draws) {
      points.push_back(settled(draw));
    }
    const std::vector<double> told = foresight_.values(points);
    x = std::move(
        draws[static_cast<std::size_t>(std::min_element(told.begin(), told.end()) - told.begin())]);
  }
  for (std::size_t j = 0; j < x.size(); ++j) {
    genes[numbers_[j]] = x[j];
  }
  for (std::size_t j = 0; j < choices_.size(); ++j) {
    genes[choices_[j]] = static_cast<double>(chooser_.sample(j, rng));
  }
  if (!births_.empty() && ground.archive.find(births_.back().leader) != nullptr) {
    offspring.lineage.parents.push_back(births_.back().leader);
  }
  Brood brood;
  brood.push_back(std::move(offspring));
  return brood;
}

bool CmaEs::ahead(const Row& a, const Row& b) {
  return dominates(Marks{a.violation, a.scores}, Marks{b.violation, b.scores});
}

CmaEs::Row CmaEs::row_of(const Individual& individual) const {
  Row row{.id = individual.id,
          .violation = individual.violation,
          .scores = individual.scores,
          .own = individual.lineage.propagator == options_.name};
  const ActiveMask mask = encoding_->active_mask(individual.genome);
  bool all = true;
  for (const std::size_t i : numbers_) {
    row.x.push_back(individual.genome.genes[i]);
    row.told.push_back(mask[i]);
    all = all && mask[i];
  }
  if (all) {
    row.told.clear();
  }
  for (const std::size_t i : choices_) {
    row.picks.push_back(mask[i] ? encoding_->axis(i).level(individual.genome.genes[i]) : -1);
  }
  if (row.own && !individual.lineage.parents.empty()) {
    const TrialId& leader = individual.lineage.parents.front();
    const auto birth = std::find_if(births_.rbegin(), births_.rend(),
                                    [&](const Birth& one) { return one.leader == leader; });
    if (birth != births_.rend()) {
      row.age = static_cast<std::size_t>(birth - births_.rbegin());
      for (std::size_t j = 0; j < row.x.size(); ++j) {
        row.y.push_back((row.x[j] - birth->mean[j]) / birth->sigma);
      }
    }
  }
  return row;
}

/// Whether a result counts. Those that still come from the run before do not.
bool CmaEs::takes(const Row& row, const std::string& origin) const {
  if (abroad_ && !left_.empty() && row.y.empty()) {
    double far = 0;
    for (std::size_t j = 0; j < row.x.size(); ++j) {
      far = std::max(far, std::abs(row.x[j] - left_[j]));
    }
    if (far < left_radius_) {
      return false;
    }
  }
  if (row.own || (!middle_ && runs_ == 0)) {
    return true;
  }
  return opens(origin) || (!abroad_ && middle_ && ahead(row, *middle_));
}

void CmaEs::observe(const Individual& individual) {
  if (std::isnan(individual.violation) ||
      std::any_of(individual.scores.begin(), individual.scores.end(),
                  [](double score) { return std::isnan(score); })) {
    return;
  }
  Row row = row_of(individual);
  if (!best_ || ahead(row, *best_)) {
    best_ = row;
  }
  if (!takes(row, individual.lineage.propagator)) {
    return;
  }
  foresees_ = foresees_ && row.scores.size() == 1 && row.violation == 0;
  if (foresees_ && std::isfinite(row.scores.front())) {
    foresight_.add(settled(row.x), row.scores.front());
  }
  rows_.push_back(std::move(row));
  if (rows_.size() >= population_) {
    end_generation();
  }
}

void CmaEs::end_generation() {
  if (foresees_) {
    foresee();
  }
  learn();
}

/// Judges the model by the newest results, and fills the generation up with what it says.
void CmaEs::foresee() {
  const double agreement = foresight_.agreement(std::max(kNewest, rows_.size() * 5 / 4));
  foresight_.fit(gaussian_);
  double age = 0;
  for (const Row& row : rows_) {
    age += static_cast<double>(row.age) / static_cast<double>(rows_.size());
  }
  if (age > kOldest || agreement < kDistrusted) {
    quota_ = std::min(static_cast<double>(population_), quota_ * kQuotaStep + 1);
  } else if (agreement > kTrusted) {
    quota_ = std::max(1.0, quota_ / kQuotaStep);
  }
  if (!foresight_.ready()) {
    return;
  }
  const std::size_t real = rows_.size();
  Rng rng{kStream, runs_, ++generation_};
  while (rows_.size() < population_) {
    rows_.push_back(Row{.x = drawn(rng), .scores = {}, .imagined = true});
  }
  std::vector<std::vector<double>> points;
  points.reserve(rows_.size());
  for (const Row& row : rows_) {
    points.push_back(settled(row.x));
  }
  const std::vector<double> told = foresight_.values(points);
  double shift = 0;
  for (std::size_t i = 0; i < real; ++i) {
    shift += (rows_[i].scores.front() - told[i]) / static_cast<double>(real);
  }
  for (std::size_t i = real; i < rows_.size(); ++i) {
    rows_[i].scores.push_back(told[i] + shift);
  }
}

/// What a row says about the distribution. A coordinate on the bounds stands for all beyond.
GaussianStep CmaEs::step_of(const Row& row, double weight) const {
  GaussianStep step{.to = row.x, .told = row.told, .weight = weight};
  for (std::size_t j = 0; j < row.x.size(); ++j) {
    step.to[j] = (row.x[j] - gaussian_.mean()[j]) / gaussian_.sigma();
  }
  step.y = step.to;
  for (std::size_t j = 0; j < row.x.size(); ++j) {
    if (row.x[j] <= 0 || row.x[j] >= 1) {
      const double side = row.x[j] <= 0 ? -1 : 1;
      const double unit = gaussian_.deviation(j) / gaussian_.sigma();
      step.to[j] = side * unit * mean_beyond(side * step.to[j] / unit);
      step.y[j] = step.to[j];
    } else if (!row.y.empty()) {
      step.y[j] = (step.to[j] + row.y[j]) / 2;
    }
  }
  return step;
}

void CmaEs::learn() {
  const std::vector<double> weights = ranked_weights();
  const bool over = strayed();
  std::vector<GaussianStep> steps;
  std::vector<ChoiceRow> picked;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    if (!row.imagined) {
      picked.push_back({.picks = row.picks, .weight = weights[i]});
    }
    steps.push_back(step_of(row, weights[i]));
  }
  chooser_.update(picked);
  gaussian_.update(steps);
  bool broken = !gaussian_.refresh();
  if (!broken) {
    keep_near_box();
    keep_margins();
    broken = !gaussian_.refresh();
  }
  const auto first =
      std::find_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.imagined; });
  const auto told =
      std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.imagined; });
  births_.push_back({first->id, gaussian_.mean(), gaussian_.sigma()});
  if (births_.size() > kMostBirths) {
    births_.pop_front();
  }
  const bool better = !best_of_run_ || ahead(*first, *best_of_run_);
  barren_ = better ? 0 : barren_ + static_cast<std::size_t>(told);
  if (better) {
    best_of_run_ = *first;
  }
  middle_ = rows_[(rows_.size() - 1) / 2];
  rows_.clear();
  if (broken || (options_.restarts && (over || ended()))) {
    begin_run();
  }
}

void CmaEs::keep_near_box() {
  for (std::size_t j = 0; j < numbers_.size(); ++j) {
    const double outside = kMostOutside * gaussian_.deviation(j);
    gaussian_.shift(j, std::clamp(gaussian_.mean()[j], -outside, 1 + outside));
  }
}

void CmaEs::keep_margins() {
  const double margin =
      1 / static_cast<double>(population_ * std::max<std::size_t>(numbers_.size(), 1));
  for (std::size_t j = 0; j < numbers_.size(); ++j) {
    const Axis& axis = encoding_->axis(numbers_[j]);
    if (axis.levels() > 1) {
      keep_level_margin(gaussian_, j, axis, margin);
    }
  }
}

}  // namespace evolt
