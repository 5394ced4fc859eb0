#include "propagator/extra_trees.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"

#include <absl/container/inlined_vector.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

namespace evolt {
namespace {

constexpr std::size_t kMostRemembered = 1024;
constexpr std::size_t kBestRemembered = 256;
constexpr std::size_t kNewestRemembered = 512;
/// The target of the worst; 1024 of them fit into the sums of a tree.
constexpr double kWorst = 1e6;
constexpr double kExchanged =
    0.3;  // share of genes from a second parent, and how often there is one

}  // namespace

ExtraTrees::ExtraTrees(const Encoding& encoding, ExtraTreesOptions options)
    : encoding_(&encoding),
      options_(options),
      mutation_(options.mutation),
      rng_{0x74726565},
      trees_(options.trees) {
  if (options.trees == 0 || options.asked == 0 || options.rows == 0 || options.near == 0 ||
      options.elites == 0 || !(options.optimism >= 0) || !std::isfinite(options.optimism)) {
    throw ConfigError(Complaint{
        .what = "extra trees need trees, asked, rows, near and elites above 0 and a finite "
                "optimism, not negative",
        .key = "extra_trees",
        .found = absl::StrCat("trees ", options.trees, ", asked ", options.asked, ", rows ",
                              options.rows, ", near ", options.near, ", elites ", options.elites,
                              ", optimism ", options.optimism)});
  }
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    is_choice_.push_back(encoding.choices(i) > 0 ? 1 : 0);
  }
}

void ExtraTrees::fill_row(const Genome& genome, std::span<float> row) const {
  const ActiveMask mask = encoding_->active_mask(genome);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Axis& axis = encoding_->axis(i);
    double x = genome.genes[i];
    if (!axis.is_choice() && axis.levels() > 0) {
      // All genes of one value are one value to the trees.
      x = (static_cast<double>(axis.level(x)) + 0.5) / static_cast<double>(axis.levels());
    }
    row[i] = mask[i] ? static_cast<float>(x) : kAsleep;
  }
}

/// With several objectives, weighs them anew.
void ExtraTrees::weigh() {
  const std::size_t rows = results_.size();
  const std::size_t width = scores_.size() / rows;
  if (width == 1) {
    return;
  }
  absl::InlinedVector<double, 8> weights(width);
  for (double& weight : weights) {
    weight = rng_.uniform();
  }
  for (Result& result : results_) {
    result.score = 0;
  }
  absl::InlinedVector<double, 64> sums(rows, 0.0);
  for (std::size_t m = 0; m < width; ++m) {
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tie(scores_[a * width + m], a) < std::tie(scores_[b * width + m], b);
    });
    for (std::size_t k = 0; k < rows; ++k) {
      const double place = weights[m] * static_cast<double>(k) / static_cast<double>(rows);
      double& score = results_[order_[k]].score;
      score = std::max(score, place);
      sums[order_[k]] += place;
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    results_[row].score += 0.05 * sums[row];
  }
}

/// Draws up the order and the targets; equal results have equal targets.
void ExtraTrees::rank() {
  const std::size_t rows = results_.size();
  const auto key = [this](std::uint32_t row) {
    return std::pair(results_[row].violation, results_[row].score);
  };
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(key(a), a) < std::pair(key(b), b);
  };
  if (scores_.size() > rows || order_.empty()) {
    order_.resize(rows);
    std::iota(order_.begin(), order_.end(), 0U);
    weigh();
    std::sort(order_.begin(), order_.end(), before);
  }
  while (order_.size() < rows) {  // the others stand in order
    const auto last = static_cast<std::uint32_t>(order_.size());
    order_.insert(std::upper_bound(order_.begin(), order_.end(), last, before), last);
  }
  targets_.resize(rows);
  for (std::size_t k = 0; k < rows;) {
    std::size_t end = k + 1;
    while (end < rows && key(order_[end]) == key(order_[k])) {
      ++end;
    }
    const double middle = static_cast<double>(k + end) / 2;
    for (; k < end; ++k) {
      targets_[order_[k]] = static_cast<std::uint32_t>(kWorst * middle / static_cast<double>(rows));
    }
  }
}

/// Keeps the best and the newest. Requires: rank() was just called.
void ExtraTrees::forget() {
  const std::size_t rows = results_.size();
  const std::size_t width = scores_.size() / rows;
  const std::size_t genes = is_choice_.size();
  std::vector<bool> stays(rows, false);
  for (std::size_t k = 0; k < kBestRemembered; ++k) {
    stays[order_[k]] = true;
  }
  std::fill(stays.end() - kNewestRemembered, stays.end(), true);
  std::size_t to = 0;
  for (std::size_t from = 0; from < rows; ++from) {
    if (stays[from]) {
      std::copy_n(&features_[from * genes], genes, &features_[to * genes]);
      std::copy_n(&scores_[from * width], width, &scores_[to * width]);
      results_[to++] = results_[from];
    }
  }
  features_.resize(to * genes);
  scores_.resize(to * width);
  results_.resize(to);
  order_.clear();
}

/// Results after which a tree is out of date: at once while there are few of them, after as many as
/// there are trees when one tree holds all, then in proportion to them: a tree costs more than a
/// proposal, and one result more changes little.
std::size_t ExtraTrees::patience() const {
  const std::size_t all = results_.size();
  const std::size_t fits = options_.rows / std::min(all, options_.rows);
  return std::max<std::size_t>(
      trees_.size() * std::max<std::size_t>(all / options_.rows, 1) / (fits * fits), 1);
}

bool ExtraTrees::is_outdated(const Tree& tree) const {
  return arrived_ - tree.grown >= patience();
}

void ExtraTrees::grow(Tree& tree) {
  const std::size_t all = results_.size();
  const std::size_t rows = std::min(all, options_.rows);
  if (ranked_ != arrived_ || scores_.size() > all) {
    rank();  // for several objectives by another weighting
    ranked_ = arrived_;
  }
  std::vector<std::uint32_t> drawn(all);
  std::iota(drawn.begin(), drawn.end(), 0U);
  for (std::size_t k = 0; k < rows && rows < all; ++k) {
    std::swap(drawn[k], drawn[k + rng_.below(all - k)]);
  }
  tree.tree.grow({features_, targets_, is_choice_}, std::span(drawn).first(rows),
                 (is_choice_.size() + 1) / 2, rng_);
  tree.grown = arrived_;
}

/// Some trees. What can be done quickly is done at once to bring them up to date; the rest of them
/// waits for the next results, which nobody waits for.
std::vector<const RandomTree*> ExtraTrees::draw_judges(Rng& rng) {
  std::vector<std::size_t> order(trees_.size());
  std::iota(order.begin(), order.end(), 0U);
  const std::size_t count = std::min(options_.asked, order.size());
  const std::size_t rows = std::min(results_.size(), options_.rows);
  std::size_t left = options_.rows / 4;
  outdated_.clear();
  std::vector<const RandomTree*> judges;
  for (std::size_t k = 0; k < count; ++k) {
    std::swap(order[k], order[k + rng.below(order.size() - k)]);
    Tree& judge = trees_[order[k]];
    if (judge.grown == 0 || (is_outdated(judge) && rows <= left)) {
      left -= std::min(rows, left);
      grow(judge);
    } else if (is_outdated(judge)) {
      outdated_.push_back(order[k]);
    }
    judges.push_back(&judge.tree);
  }
  return judges;
}

void ExtraTrees::observe(const Individual& individual) {
  if (is_flawed(individual)) {
    return;
  }
  const std::size_t genes = is_choice_.size();
  features_.resize(features_.size() + genes);
  fill_row(individual.genome, std::span(features_).last(genes));
  scores_.insert(scores_.end(), individual.scores.begin(), individual.scores.end());
  results_.push_back({.violation = individual.violation, .score = individual.scores.front()});
  if (results_.size() > kMostRemembered) {
    rank();
    forget();
  }
  ++arrived_;
  for (std::size_t left = options_.rows; !outdated_.empty();) {
    const std::size_t rows = std::min(results_.size(), options_.rows);
    if (rows > left) {
      break;
    }
    left -= rows;
    grow(trees_[outdated_.back()]);
    outdated_.pop_back();
  }
}

/// The lower, the better.
double ExtraTrees::promise(std::span<const RandomTree* const> judges, FeatureRow row) const {
  double sum = 0;
  double squares = 0;
  for (const RandomTree* const judge : judges) {
    const auto rank = static_cast<double>(judge->predict(row));
    sum += rank;
    squares += rank * rank;
  }
  const double mean = sum / static_cast<double>(judges.size());
  const double variance = squares / static_cast<double>(judges.size()) - mean * mean;
  return mean - options_.optimism * std::sqrt(std::max(variance, 0.0));
}

Offspring ExtraTrees::candidate_near(const Archive& archive, Rng& rng) const {
  const auto best = archive.best();
  const std::size_t elites = std::min(best.size(), options_.elites);
  const double u = rng.uniform();
  const Individual& first = *best[static_cast<std::size_t>(static_cast<double>(elites) * u * u)];
  Offspring child{.genome = first.genome,
                  .lineage = {.propagator = std::string(kName), .parents = {first.id}}};
  if (rng.chance(kExchanged)) {
    const Individual& second = *best[rng.below(elites)];
    for (std::size_t i = 0; i < child.genome.genes.size(); ++i) {
      if (rng.chance(kExchanged)) {
        child.genome.genes[i] = second.genome.genes[i];
      }
    }
    if (&second != &first) {
      child.lineage.parents.push_back(second.id);
    }
  }
  mutation_.mutate(*encoding_, child.genome, rng);
  return child;
}

Brood ExtraTrees::breed(const Ground& ground, std::span<const Offspring> parents, Rng& rng) {
  if (ground.known.best().empty() || results_.size() < trees_.size()) {
    return Immigrant().breed(ground, parents, rng);
  }
  const std::vector<const RandomTree*> judges = draw_judges(rng);
  absl::InlinedVector<float, 64> row(is_choice_.size());
  Offspring winner;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < options_.near + options_.anywhere; ++i) {
    Offspring candidate =
        i < options_.near ? candidate_near(ground.known, rng)
                          : Offspring{.genome = encoding_->random(rng),
                                      .lineage = {.propagator = std::string(kName), .parents = {}}};
    if (!encoding_->allowed(candidate.genome)) {
      continue;
    }
    fill_row(candidate.genome, {row.data(), row.size()});
    const double promised = promise(judges, {row.data(), row.size()});
    if (promised < least) {
      least = promised;
      winner = std::move(candidate);
    }
  }
  if (winner.genome.genes.empty()) {
    return Immigrant().breed(ground, parents, rng);  // all forbidden
  }
  Brood brood;
  brood.push_back(std::move(winner));
  return brood;
}

}  // namespace evolt
