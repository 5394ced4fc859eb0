#pragma once

#include "core/individual.hpp"
#include "core/rng.hpp"
#include "core/search_space.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evolt::test {

Value text(const char* word);

Condition when(std::string name, std::vector<Value> values);

SearchSpace box(int dimensions, double low = -5, double high = 5);

/// Every kind of parameter, with branches; what conditions name stands after what they wake.
SearchSpace mixed();

/// 2 + 3 * 4 = 14 configurations, of which two are forbidden.
SearchSpace finite();

Domain random_domain(Rng& rng, bool may_be_continuous = true);

/// Any space: one to eight parameters in any order, conditions on each other, forbidden
/// combinations.
SearchSpace random_space(Rng& rng, bool may_be_continuous = true, std::size_t most_parameters = 8);

Individual individual(std::uint64_t counter, std::vector<double> scores, Genome genome = {},
                      double violation = 0);

}  // namespace evolt::test
