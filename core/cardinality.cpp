#include "core/search_space.hpp"

namespace evolt {
namespace {

constexpr double kMostCounted = 1e15;
constexpr double kMostEnumerated = 1e6;

/// Counts by walking the parameters in order: those that others depend on are enumerated, the rest
/// multiplied.
class Counter {
 public:
  explicit Counter(const SearchSpace& space) : space_(space), conditioning_(space.size()) {
    for (const Parameter& parameter : space.parameters()) {
      for (const Requirement& need : parameter.when.all) {
        conditioning_[*space.index_of(need.param)] = true;
      }
    }
  }

  double enumerated() const {
    double product = 1;
    for (std::size_t i = 0; i < space_.size(); ++i) {
      if (conditioning_[i]) {
        product *=
            static_cast<double>(value_count(space_.parameters()[i].domain).value_or(1 << 30));
      }
    }
    return product;
  }

  double count(std::size_t at = 0) {
    if (at == space_.order().size()) {
      return 1;
    }
    const std::size_t i = space_.order()[at];
    const Parameter& parameter = space_.parameters()[i];
    if (!holds(parameter.when, params_)) {
      return count(at + 1);
    }
    const auto values = *value_count(parameter.domain);
    if (!conditioning_[i]) {
      return static_cast<double>(values) * count(at + 1);
    }
    double sum = 0;
    for (std::int64_t k = 0; k < values; ++k) {
      params_.emplace_back(parameter.name, value_at(parameter.domain, k));
      sum += count(at + 1);
      params_.pop_back();
    }
    return sum;
  }

 private:
  static Value value_at(const Domain& domain, std::int64_t k) {
    if (const auto* values = listed_values(domain)) {
      return (*values)[static_cast<std::size_t>(k)];
    }
    if (const auto* whole = std::get_if<IntDomain>(&domain)) {
      return whole->low + k * whole->step;
    }
    const auto& real = std::get<FloatDomain>(domain);
    return real.low + static_cast<double>(k) * real.step.value_or(0);
  }

  const SearchSpace& space_;
  std::vector<bool> conditioning_;
  Params params_;
};

}  // namespace

std::optional<double> SearchSpace::cardinality() const {
  double bound = 1;
  for (const Parameter& parameter : parameters_) {
    const auto values = value_count(parameter.domain);
    if (!values) {
      return std::nullopt;
    }
    bound *= static_cast<double>(*values) + (parameter.when.all.empty() ? 0 : 1);
  }
  if (bound > kMostCounted) {
    return std::nullopt;
  }
  Counter counter(*this);
  return counter.enumerated() > kMostEnumerated ? bound : counter.count();
}

}  // namespace evolt
