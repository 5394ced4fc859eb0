#pragma once

#include "core/rng.hpp"
#include "core/search_space.hpp"

namespace evolt {

/// A search space such as people write for a choice of models: a choice `model` of two to five
/// branches, one to five parameters in each branch, two to five shared ones. Kinds, ranges and
/// scales are drawn; a choice within a branch may switch a parameter of its own.
SearchSpace random_conditional_space(Rng& rng);

}  // namespace evolt
