#pragma once

#include "workers/table/table.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace evolt {

/// A table of made-up trainings of 50 epochs, for tests of size and for teaching; nothing is
/// claimed by its figures. docs/simulate.md describes it.
///
/// Six parameters, one of them conditional, decide about most of a curve: a power law with noise
/// from chance level to the row's own end; some rows begin with a plateau, slow ones overtake fast
/// ones, and those with a high learning rate may diverge. A row depends on its number and the seed
/// alone; values are computed when they are asked for. Requires: rows > 0.
std::unique_ptr<Table> synthetic_table(std::size_t rows, std::uint64_t seed = 0);

}  // namespace evolt
