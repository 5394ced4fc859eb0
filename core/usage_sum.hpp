#pragma once

#include "core/outcome.hpp"

namespace evolt {

/// What two attempts used together. Times add up, of processor and start-up times what was
/// measured; memory is the larger. Energy is known only where both were measured: a part that
/// nobody measured must not look like 0 J. Bounds add up, the label is the weaker one, and coverage
/// is weighted by wall time. The scope is what both have in it; a policy or a limit on which they
/// differ is not known. Phases of one name add up like attempts.
Usage sum(const Usage& a, const Usage& b);

/// `factor` times the times and the energy, also of the phase `train`; the rest as it is.
Usage scaled(Usage usage, double factor);

}  // namespace evolt
