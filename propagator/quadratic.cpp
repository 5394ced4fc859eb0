#include "propagator/quadratic.hpp"

#include "propagator/immigrant.hpp"
#include "propagator/reflect.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace evolt {
namespace {

constexpr double kFirstRadius = 0.2;
constexpr double kMostRadius = 0.5;
constexpr double kLeastRadius = 1e-9;
constexpr double kGrow = 2;
constexpr double kShrink = 0.8408964152537145;  // 2^(-1/4)
constexpr double kTrusted = 1.0 / 3;
constexpr std::size_t kNewest = 15;
constexpr int kSweeps = 3;
constexpr std::size_t kOthersPerFit = 4;  // a fit is what costs most
constexpr std::size_t kMostModelled = 40;

std::vector<std::size_t> numeric_genes(const Encoding& encoding) {
  std::vector<std::size_t> genes;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (encoding.choices(i) == 0 && encoding.levels(i) != 1) {
      genes.push_back(i);
    }
  }
  return genes;
}

}  // namespace

Quadratic::Quadratic(const Encoding& encoding)
    : encoding_(&encoding),
      numbers_(numeric_genes(encoding)),
      model_(numbers_.size()),
      radius_(kFirstRadius) {}

std::vector<double> Quadratic::numbers_of(const Genome& genome) const {
  std::vector<double> x;
  x.reserve(numbers_.size());
  for (const std::size_t i : numbers_) {
    const Axis& axis = encoding_->axis(i);
    const double gene = genome.genes[i];
    x.push_back(axis.levels() > 0 ? axis.gene_at(axis.level(gene)) : gene);
  }
  return x;
}

/// Down the model from a random point of the box: along each gene in turn the model is a parabola,
/// which three of its values determine.
std::vector<double> Quadratic::lowest(Rng& rng) const {
  const std::vector<double> middle = numbers_of(best_->genome);
  std::vector<double> low(middle.size());
  std::vector<double> high(middle.size());
  std::vector<double> x(middle.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double radius = radius_ * rng.uniform(0.3, 1);
    low[j] = std::max(0.0, middle[j] - radius);
    high[j] = std::min(1.0, middle[j] + radius);
    x[j] = rng.uniform(low[j], high[j]);
  }
  std::array<std::vector<double>, 3> line;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double half = (high[j] - low[j]) / 2;
      if (!(half > 0)) {
        continue;
      }
      const double centre = low[j] + half;
      for (std::vector<double>& point : line) {
        point = x;
      }
      line[0][j] = low[j];
      line[1][j] = high[j];
      line[2][j] = centre;
      const std::vector<double> told = model_.values(line);
      const double slope = (told[1] - told[0]) / 2;
      const double bend = (told[1] + told[0]) / 2 - told[2];
      const double place =
          bend > 0 ? std::clamp(-slope / (2 * bend), -1.0, 1.0) : (slope > 0 ? -1.0 : 1.0);
      x[j] = centre + place * half;
    }
  }
  return x;
}

Brood Quadratic::breed(const Ground& ground, std::span<const Offspring> /*parents*/, Rng& rng) {
  if (!best_) {
    return Immigrant().breed(ground, {}, rng);
  }
  fit();
  Offspring offspring{.genome = best_->genome,
                      .lineage = {.propagator = std::string(name()), .parents = {}}};
  if (ground.archive.find(best_->id) != nullptr) {
    offspring.lineage.parents.push_back(best_->id);
  }
  if (model_.ready() && agreement_ > kTrusted) {
    const std::vector<double> x = lowest(rng);
    for (std::size_t j = 0; j < x.size(); ++j) {
      offspring.genome.genes[numbers_[j]] = std::clamp(x[j], 0.0, 1.0);
    }
  } else {
    const double step = radius_ / std::sqrt(static_cast<double>(numbers_.size() + 1));
    for (const std::size_t i : numbers_) {
      double& gene = offspring.genome.genes[i];
      gene = reflect(gene + step * rng.normal());
    }
  }
  Brood brood;
  brood.push_back(std::move(offspring));
  return brood;
}

void Quadratic::observe(const Individual& individual) {
  if (std::isnan(individual.violation) ||
      std::any_of(individual.scores.begin(), individual.scores.end(),
                  [](double score) { return std::isnan(score); })) {
    return;
  }
  const bool better = !best_ || dominates(individual, *best_);
  const std::vector<TrialId>& parents = individual.lineage.parents;
  const bool own = individual.lineage.propagator == name();
  if (own) {
    if (better) {
      radius_ = std::min(kMostRadius, kGrow * radius_);
    } else if (!parents.empty() && parents.front() == best_->id) {
      radius_ *= kShrink;
      radius_ = radius_ < kLeastRadius ? kFirstRadius : radius_;
    }
  }
  if (better) {
    best_ = individual;
  }
  if (numbers_.empty() || numbers_.size() > kMostModelled || individual.violation != 0 ||
      !std::isfinite(individual.scores.front())) {
    return;
  }
  model_.add(numbers_of(individual.genome), individual.scores.front());
  outdated_ = outdated_ || own || ++unfitted_ == kOthersPerFit;
}

/// Brings the model up to date.
void Quadratic::fit() {
  if (outdated_) {
    outdated_ = false;
    unfitted_ = 0;
    agreement_ = model_.agreement(kNewest);
    model_.fit(Gaussian(numbers_of(best_->genome), radius_, 4));
  }
}

}  // namespace evolt
