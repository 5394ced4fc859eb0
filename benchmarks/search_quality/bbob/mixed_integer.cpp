#include "benchmarks/search_quality/bbob/mixed_integer.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace evolt {
namespace {

constexpr std::array<std::int64_t, 5> kArities = {2, 4, 8, 16, 0};  // 0: continuous

std::int64_t arity(std::size_t variable, std::size_t dimension) {
  return kArities[variable / (dimension / kArities.size())];
}

double place(std::int64_t value, std::int64_t values) {
  return -5 + 10 * static_cast<double>(value + 1) / static_cast<double>(values + 1);
}

std::int64_t nearest(double x, std::int64_t values) {
  const auto value = std::llround((x + 5) / 10 * static_cast<double>(values + 1)) - 1;
  return std::clamp<std::int64_t>(value, 0, values - 1);
}

std::string name_of(std::size_t variable) {
  return absl::StrCat("x", variable + 1);
}

}  // namespace

MixedIntegerFunction::MixedIntegerFunction(int number, std::size_t dimension,
                                           std::uint64_t instance)
    : function_(bbob_function(number, dimension, instance)), shift_(dimension, 0) {
  for (std::size_t i = 0; i < dimension; ++i) {
    if (const std::int64_t values = arity(i, dimension); values > 0) {
      const double best = function_.optimum[i];
      shift_[i] = best - place(nearest(best, values), values);
    }
  }
}

double MixedIntegerFunction::distance(const Params& params) const {
  Point x;
  x.reserve(params.size());
  for (const auto& [name, value] : params) {
    const std::size_t i = x.size();
    const auto* const whole = std::get_if<std::int64_t>(&value);
    x.push_back(whole != nullptr ? place(*whole, arity(i, shift_.size())) + shift_[i]
                                 : std::get<double>(value));
  }
  return function_.distance(x);
}

Params MixedIntegerFunction::optimum() const {
  Params params;
  for (std::size_t i = 0; i < shift_.size(); ++i) {
    const std::int64_t values = arity(i, shift_.size());
    const double best = function_.optimum[i];
    params.emplace_back(name_of(i), values > 0 ? Value(nearest(best, values)) : Value(best));
  }
  return params;
}

SearchSpace mixed_integer_space(std::size_t dimension) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < dimension; ++i) {
    const std::int64_t values = arity(i, dimension);
    parameters.push_back({name_of(i),
                          values > 0 ? Domain(IntDomain{.low = 0, .high = values - 1})
                                     : Domain(FloatDomain{.low = -5, .high = 5}),
                          {}});
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace evolt
