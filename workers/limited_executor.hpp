#pragma once

#include "workers/executor.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/statusor.h>

#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// Whether values of the trials' parameters are power limits.
bool limits_power(const TrialSpec& spec);

/// Runs attempts on `inner`, each under the power limits that its parameters name: set before it is
/// started, restored when it has ended. What was enforced stands in the usage of its outcome. An
/// attempt whose limit cannot be set is lost; one that `inner` does not start, or that waits for a
/// limit when the warden dies, is told to be not started. A warden holds the limits, so that they
/// are restored however we end (docs/warden.md).
///
/// Throws ConfigError where limits cannot be told apart (GPUs shared or unknown, several slots or
/// ranks under one package's limit, trials over several hosts), and where the host does not permit
/// to set them. Errors: the warden's. Requires: limits_power(spec).
absl::StatusOr<std::unique_ptr<Executor>> make_limited_executor(boost::asio::io_context& loop,
                                                                const TrialSpec& spec,
                                                                std::unique_ptr<Executor> inner);

}  // namespace evolt
