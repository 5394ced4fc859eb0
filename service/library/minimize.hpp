#pragma once

#include "core/search_space.hpp"
#include "core/value.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace evolt {

struct MinimizeOptions {
  std::int64_t trials = 100;  ///< evaluations in all, however often it is started
  std::uint64_t seed = 0;
  std::size_t slots = 1;  ///< evaluations at once, each on a thread of its own
  std::int32_t islands = 1;
  std::int32_t ranks_per_trial = 1;  ///< of a function on several ranks
  std::string directory;  ///< keeps the search there, and goes on from there; empty: in memory
};

struct Minimum {
  Params params;
  double value = 0;
  std::int64_t trials = 0;  ///< evaluations made, over all starts
};

/// Looks for the arguments that make `function` smallest. The same islands, budget and record as
/// `evolt run`; under an MPI launcher every rank calls it and takes part, and rank 0 gets the
/// result. A function that throws or returns NaN has failed for those arguments.
///
/// Errors: invalid_argument for a bad space or options; not_found when no evaluation succeeded, and
/// on ranks other than 0; otherwise what stopped the search. With a directory the same call goes
/// on. Thread: `function` is called from `slots` threads at once.
absl::StatusOr<Minimum> minimize(const SearchSpace& space,
                                 const std::function<double(const Params&)>& function,
                                 const MinimizeOptions& options = {});

/// Where a function that several ranks call together stands.
struct TrialRanks {
  int communicator = 0;   ///< MPI_Comm_f2c() of it is this trial's alone; 0: one rank, no MPI
  std::int32_t rank = 0;  ///< within it; 0 leads
  std::int32_t ranks = 1;
};

/// The same for a function that `options.ranks_per_trial` ranks compute together: each of them
/// calls it with the same arguments and a communicator of their own, and what rank 0 of it returns
/// counts. When one of them throws, the evaluation has failed; like any MPI program, the function
/// must not leave the others waiting in a collective. MPI is initialised for several threads
/// (MPI_THREAD_MULTIPLE), by this call: `function` must neither initialise nor finalise it. When a
/// rank dies, its group ends, and the evaluation is made again by another.
///
/// Errors: as above; invalid_argument also where the ranks cannot be divided into groups, and for
/// more than one slot.
absl::StatusOr<Minimum> minimize_on_ranks(
    const SearchSpace& space,
    const std::function<double(const Params&, const TrialRanks&)>& function,
    const MinimizeOptions& options);

}  // namespace evolt
