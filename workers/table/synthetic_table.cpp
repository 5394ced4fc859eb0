#include "workers/table/synthetic_table.hpp"

#include "core/rng.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::int64_t kEpochs = 50;
constexpr double kChance = 0.9;  // error of a network that has learnt nothing

/// A row's configuration.
struct Recipe {
  double lr = 0;
  std::int64_t width = 0;
  std::int64_t depth = 0;
  double dropout = 0;
  std::size_t optimizer = 0;
  double momentum = 0;  ///< of sgd
};

/// What a row's curve is made of.
struct Shape {
  double end = 0;       ///< error after endless training
  double exponent = 0;  ///< of the power law
  double noise = 0;
  std::int32_t plateau = 0;   ///< epochs before anything is learnt
  std::int32_t diverges = 0;  ///< at this epoch; 0: never
  double pace = 1;            ///< seconds an epoch
};

const std::vector<Value>& optimizers() {
  static const std::vector<Value> all = {std::string("sgd"), std::string("adam"),
                                         std::string("rmsprop")};
  return all;
}

TableHead make_head() {
  const Requirement sgd{
      .param = "optimizer", .any_of = {optimizers()[0]}, .ge = {}, .gt = {}, .le = {}, .lt = {}};
  TableHead head{.name = "synthetic", .score = "val_error", .epochs = kEpochs};
  head.space = SearchSpace({{"lr", FloatDomain{1e-5, 1, Scale::log, {}}, {}},
                            {"width", IntDomain{8, 512, Scale::log}, {}},
                            {"depth", IntDomain{1, 8}, {}},
                            {"dropout", FloatDomain{0, 0.6}, {}},
                            {"optimizer", ChoiceDomain{optimizers()}, {}},
                            {"momentum", FloatDomain{0, 0.99}, {{sgd}}}});
  head.has_train_loss = true;
  head.has_seconds = true;
  return head;
}

Recipe make_recipe(Rng& rng) {
  Recipe recipe;
  recipe.lr = std::pow(10, rng.uniform(-5, 0));
  recipe.width = std::clamp<std::int64_t>(std::llround(8 * std::pow(64, rng.uniform())), 8, 512);
  recipe.depth = 1 + static_cast<std::int64_t>(rng.below(8));
  recipe.dropout = rng.uniform(0, 0.6);
  recipe.optimizer = rng.below(optimizers().size());
  recipe.momentum = rng.uniform(0, 0.99);
  return recipe;
}

/// How far the learning rate is above the one that suits the rest, in decades.
double excess_of(const Recipe& recipe) {
  constexpr double kBest[] = {-1.2, -2.8, -3.1};  // log10, by optimizer
  const double heavy = recipe.optimizer == 0 ? std::log10(1 / (1 - recipe.momentum)) : 0;
  return std::log10(recipe.lr) + heavy + 0.06 * static_cast<double>(recipe.depth) -
         kBest[recipe.optimizer];
}

double square(double x) {
  return x * x;
}

/// Wrong learning rates cost most; low ones learn slowly, too, and high ones may diverge. Dropout
/// and depth slow a training down that ends well: so curves cross.
Shape make_shape(const Recipe& recipe, Rng& rng) {
  constexpr double kOptimizer[] = {0.008, 0, 0.015};
  const double excess = excess_of(recipe);
  const double width = std::log(static_cast<double>(recipe.width) / 8) / std::log(64.0);
  const double depth = (static_cast<double>(recipe.depth) - 1) / 7;
  Shape shape;
  shape.end = 0.05 + 0.45 * std::min(1.0, square(excess / 2)) + 0.10 * square(width - 0.8) +
              0.08 * square(depth - 0.5) + 0.3 * square(recipe.dropout - 0.25) +
              kOptimizer[recipe.optimizer] + 0.012 * std::abs(rng.normal());
  shape.end = std::min(shape.end, 0.85);
  shape.exponent = 0.9 * std::exp(0.25 * rng.normal() + 0.25 * std::clamp(excess, -2.0, 0.5) -
                                  0.5 * recipe.dropout - 0.3 * depth);
  shape.noise = 0.004 * std::exp(0.4 * rng.normal());
  if (rng.chance(0.15)) {
    shape.plateau = static_cast<std::int32_t>(1 + rng.below(kEpochs / 4));
  }
  if (excess > 0.8 && rng.chance(0.6)) {
    shape.diverges = static_cast<std::int32_t>(1 + rng.below(kEpochs));
  }
  shape.pace =
      (0.5 + static_cast<double>(recipe.width * recipe.depth) / 400) * std::exp(0.1 * rng.normal());
  return shape;
}

class SyntheticTable final : public Table {
 public:
  SyntheticTable(std::size_t rows, std::uint64_t seed) : Table(make_head()), seed_(seed) {
    shapes_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      Rng rng = stream(row);
      const Recipe recipe = make_recipe(rng);
      shapes_.push_back(make_shape(recipe, rng));
    }
  }

  std::size_t rows() const override { return shapes_.size(); }

  Params params(std::size_t row) const override {
    Rng rng = stream(row);
    const Recipe recipe = make_recipe(rng);
    Params params{{"lr", recipe.lr},
                  {"width", recipe.width},
                  {"depth", recipe.depth},
                  {"dropout", recipe.dropout},
                  {"optimizer", optimizers()[recipe.optimizer]}};
    if (recipe.optimizer == 0) {
      params.emplace_back("momentum", recipe.momentum);
    }
    return params;
  }

  TableEpoch at(std::size_t row, std::int64_t epoch) const override {
    const Shape& shape = shapes_[row];
    TableEpoch seen{.seconds = {shape.pace * static_cast<double>(epoch)}, .joules = {}};
    if (shape.diverges > 0 && epoch >= shape.diverges) {
      seen.score = seen.train_loss = std::numeric_limits<double>::quiet_NaN();
      return seen;
    }
    const auto trained = static_cast<double>(std::max<std::int64_t>(epoch - shape.plateau, 0));
    const double learnt = 1 - std::pow(1 + trained, -shape.exponent);
    const double error = kChance + (shape.end - kChance) * learnt;
    Rng rng{seed_, row, static_cast<std::uint64_t>(epoch), 1};
    seen.score = std::clamp(error + shape.noise * rng.normal(), 0.0, 1.0);
    // Training errors go on falling where validation stays.
    seen.train_loss = 2.3 * (kChance + (0.6 * shape.end - kChance) * learnt) / kChance;
    return seen;
  }

 private:
  Rng stream(std::size_t row) const { return Rng{seed_, row, 0, 0}; }

  std::uint64_t seed_;
  std::vector<Shape> shapes_;
};

}  // namespace

std::unique_ptr<Table> synthetic_table(std::size_t rows, std::uint64_t seed) {
  assert(rows > 0);
  return std::make_unique<SyntheticTable>(rows, seed);
}

}  // namespace evolt
