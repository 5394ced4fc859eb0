#include "propagator/frugal.hpp"

#include "core/config_error.hpp"
#include "propagator/archive.hpp"
#include "propagator/immigrant.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostRemembered = 512;
constexpr std::size_t kNewestRemembered = 256;

/// Results before anything is said of errors.
constexpr std::size_t kFew = 2;

/// A fifth of the range: how far results tell about each other.
constexpr double kWidth = 0.2;

/// Errors are scaled so that the best is 0 and the median is kMedian; a worse one counts as kWorst.
constexpr double kMedian = 1;
constexpr double kWorst = 2;

/// Costs above the highest that is thought of by this (its logarithm) are worth nothing.
constexpr double kBeyond = 0.1;

/// So that no gain is none.
constexpr double kLeastGain = 1e-12;

/// The weight that the mean of all results has among those around.
constexpr double kPrior = 1;

/// How unlike two genomes are: of each gene that is active in either the square of the distance in
/// kernel widths, 1 for another choice, or where it is active in one alone.
double unlikeness(const Encoding& encoding, const Genome& a, const ActiveMask& mask_a,
                  const Genome& b, const ActiveMask& mask_b) {
  double sum = 0;
  double active = 0;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (!mask_a[i] && !mask_b[i]) {
      continue;
    }
    active += 1;
    if (mask_a[i] != mask_b[i]) {
      sum += 1;
    } else if (encoding.axis(i).is_choice()) {
      sum += a.genes[i] == b.genes[i] ? 0 : 1;
    } else {
      const double off = (a.genes[i] - b.genes[i]) / kWidth;
      sum += off * off;
    }
  }
  // Of many genes few matter: a sum would make all points strangers, a mean all of them neighbours.
  return active > 0 ? sum / std::sqrt(active) : 0;
}

/// Onto the scale from the best to the median.
void scale(std::vector<double>& errors) {
  std::vector<double> sorted = errors;
  std::sort(sorted.begin(), sorted.end());
  const double best = sorted.front();
  const double span = sorted[sorted.size() / 2] - best;
  for (double& error : errors) {
    error =
        span > 0 ? std::min(kMedian * (error - best) / span, kWorst) : (error > best ? kWorst : 0);
  }
}

}  // namespace

Frugal::Frugal(const Encoding& encoding, Propagator inner, FrugalOptions options)
    : encoding_(&encoding),
      inner_(std::move(inner)),
      options_(options),
      mutation_(MutationOptions{.more = 0.5, .scale = 0.4, .decades = 2}),
      costs_(encoding) {
  if (!(options.others >= 0 && options.others <= 1) || options.near + options.anywhere == 0) {
    throw ConfigError(
        Complaint{.what = "frugal needs a share of the others within [0, 1], and candidates",
                  .key = "frugal",
                  .found = absl::StrCat("others ", options.others, ", near ", options.near,
                                        ", anywhere ", options.anywhere)});
  }
}

/// What is left of the budget, from 1 to 0.
double Frugal::patience() const {
  if (options_.trials <= 0) {
    return 1;
  }
  return std::max(1 - static_cast<double>(observed_) / static_cast<double>(options_.trials), 0.0);
}

void Frugal::observe(const Individual& individual) {
  inner_.observe(individual);
  tried_.insert(encoding_->key(individual.genome));
  if (is_flawed(individual) || options_.cost >= individual.scores.size()) {
    return;
  }
  const double log_cost = std::log(individual.scores[options_.cost]);
  if (!std::isfinite(log_cost)) {
    return;
  }
  const auto [at, fresh] = result_of_.try_emplace(individual.id, results_.size());
  if (fresh) {
    ++observed_;
    costs_.add(individual.genome, log_cost);
    results_.emplace_back();
  } else {
    costs_.correct(individual.genome, results_[at->second].log_cost, log_cost);
  }
  Result& result = results_[at->second];
  result.id = individual.id;
  result.genome = individual.genome;
  result.mask = encoding_->active_mask(individual.genome);
  result.violation = individual.violation;
  result.log_cost = log_cost;
  result.errors.clear();
  for (std::size_t i = 0; i < individual.scores.size(); ++i) {
    if (i != options_.cost) {
      result.errors.push_back(individual.scores[i]);
    }
  }
  if (results_.size() > kMostRemembered) {
    forget();
  }
}

/// Keeps the newest, and those that no other is preferable to.
void Frugal::forget() {
  const auto preferable = [](const Result& a, const Result& b) {
    if (a.violation != b.violation) {
      return a.violation < b.violation;
    }
    bool better = a.log_cost < b.log_cost;
    for (std::size_t i = 0; i < a.errors.size(); ++i) {
      if (a.errors[i] > b.errors[i]) {
        return false;
      }
      better = better || a.errors[i] < b.errors[i];
    }
    return better && a.log_cost <= b.log_cost;
  };
  const std::size_t newest = results_.size() - kNewestRemembered;
  std::vector<bool> stays;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    stays.push_back(i >= newest ||
                    std::none_of(results_.begin(), results_.end(), [&](const Result& other) {
                      return preferable(other, results_[i]);
                    }));
  }
  std::vector<Result> kept;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (stays[i]) {
      kept.push_back(std::move(results_[i]));
    }
  }
  if (kept.size() > kMostRemembered) {  // nearly all are on the front
    kept.erase(kept.begin(), kept.end() - kNewestRemembered);
  }
  results_ = std::move(kept);
  result_of_.clear();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    result_of_.emplace(results_[i].id, i);
  }
}

/// One error for each result; of several objectives, as one weighting of them sees it.
std::vector<double> Frugal::scaled_errors(Rng& rng) const {
  const std::size_t width = results_.front().errors.size();
  std::vector<double> errors(results_.size(), 0);
  std::vector<double> sums(results_.size(), 0);
  std::vector<double> column(results_.size());
  for (std::size_t m = 0; m < width; ++m) {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      column[i] = results_[i].errors[m];
    }
    scale(column);
    const double weight = width == 1 ? 1 : rng.uniform();
    for (std::size_t i = 0; i < results_.size(); ++i) {
      errors[i] = std::max(errors[i], weight * column[i]);
      sums[i] += weight * column[i];
    }
  }
  if (width > 1) {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      errors[i] += 0.05 * sums[i];
    }
    scale(errors);
  }
  for (std::size_t i = 0; i < results_.size(); ++i) {
    errors[i] = results_[i].violation > 0 ? kWorst : errors[i];
  }
  return errors;
}

/// `most`: the highest cost (its logarithm) that is thought of.
CostFront Frugal::front_of(std::span<const double> errors, double most) const {
  for (const Result& result : results_) {
    most = std::max(most, result.log_cost);
  }
  CostFront front(kMedian, most + kBeyond);
  for (std::size_t i = 0; i < results_.size(); ++i) {
    front.add(errors[i], results_[i].log_cost);
  }
  return front;
}

/// What the results around say of a genome, and all results a little.
Prospect Frugal::prospect(const Genome& genome, double log_cost,
                          std::span<const double> errors) const {
  const ActiveMask mask = encoding_->active_mask(genome);
  const auto count = static_cast<double>(errors.size());
  const double all = std::accumulate(errors.begin(), errors.end(), 0.0) / count;
  double spread = 0;
  double weights = kPrior;
  double sum = kPrior * all;
  double squares = 0;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const double weight =
        std::exp(-0.5 * unlikeness(*encoding_, genome, mask, results_[i].genome, results_[i].mask));
    weights += weight;
    sum += weight * errors[i];
    squares += weight * errors[i] * errors[i];
    spread += (errors[i] - all) * (errors[i] - all) / count;
  }
  squares += kPrior * (all * all + spread);
  const double mean = sum / weights;
  return {.error = mean,
          .deviation = std::sqrt(std::max(squares / weights - mean * mean, 0.0)),
          .log_cost = log_cost};
}

Offspring Frugal::candidate(const Ground& ground, std::size_t number, Rng& rng) const {
  const auto best = ground.known.best();
  Offspring child{.genome = {}, .lineage = {.propagator = std::string(kName), .parents = {}}};
  if (number < options_.near && !best.empty()) {
    const Individual& parent = *best[rng.below(std::min<std::size_t>(best.size(), 16))];
    child.genome = parent.genome;
    child.lineage.parents.push_back(parent.id);
    mutation_.mutate(*encoding_, child.genome, rng);
  } else {
    child.genome = encoding_->random(rng);
  }
  return child;
}

/// The candidate that promises most for its cost; without a genome where all were forbidden or
/// tried before.
Offspring Frugal::choose(const Ground& ground, Rng& rng) {
  struct Choice {
    Offspring offspring;
    double log_cost = 0;
  };
  std::vector<Choice> choices;
  double dearest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < options_.near + options_.anywhere; ++i) {
    Offspring child = candidate(ground, i, rng);
    if (encoding_->allowed(child.genome) && !tried_.contains(encoding_->key(child.genome))) {
      const double log_cost = costs_.log_cost(child.genome);
      dearest = std::max(dearest, log_cost);
      choices.push_back({std::move(child), log_cost});
    }
  }
  if (choices.empty()) {
    return {};
  }
  std::vector<double> worth;
  if (results_.size() < kFew) {
    for (const Choice& choice : choices) {
      worth.push_back(0.0 - choice.log_cost);
    }
  } else {
    const std::vector<double> errors = scaled_errors(rng);
    const CostFront front = front_of(errors, dearest);
    const double power = patience();
    for (const Choice& choice : choices) {
      const double gain =
          front.expected_gain(prospect(choice.offspring.genome, choice.log_cost, errors));
      worth.push_back(std::log(gain + kLeastGain) - power * choice.log_cost);
    }
  }
  const auto best = std::max_element(worth.begin(), worth.end()) - worth.begin();
  return std::move(choices[static_cast<std::size_t>(best)].offspring);
}

/// What `inner` would breed, once there is enough to pay for it; it waits until then, so that what
/// is dear has its turn as well.
std::optional<Offspring> Frugal::affordable(const Ground& ground,
                                            std::span<const Offspring> parents, Rng& rng) {
  if (results_.size() < kFew || options_.others == 0) {
    return std::nullopt;
  }
  if (!waiting_) {
    waiting_ = std::move(inner_.breed(ground, parents, rng).front());
  }
  const double cost = std::exp(costs_.log_cost(waiting_->genome));
  if (spent_inner_ + cost > options_.others * (spent_ + cost)) {
    return std::nullopt;
  }
  spent_ += cost;
  spent_inner_ += cost;
  return std::exchange(waiting_, std::nullopt);
}

Brood Frugal::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  Brood brood;
  if (auto bred = affordable(ground, parents, rng)) {
    brood.push_back(*std::move(bred));
    return brood;
  }
  Offspring chosen = choose(ground, rng);
  if (chosen.genome.genes.empty()) {
    return inner_.breed(ground, parents, rng);
  }
  spent_ += std::exp(costs_.log_cost(chosen.genome));
  tried_.insert(encoding_->key(chosen.genome));
  brood.push_back(std::move(chosen));
  return brood;
}

}  // namespace evolt
