#pragma once

#include "workers/energy/meter/energy_meter.hpp"
#include "workers/executor.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/statusor.h>

#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// The executor that a study's [trial] table asks for: `process` or `server` (a C++ function needs
/// an InprocExecutor, a remote worker its own client). Errors: not_found and permission_denied when
/// the command or evolt-nanny cannot be found or run, naming where they were looked for;
/// invalid_argument for a capture rule; unimplemented for another mode. Throws ConfigError for a
/// bad command template and for more slots than GPUs.
///
/// With a meter, attempts are measured; it measures GPUs, too, where `gpus` says so. Requires: no
/// meter where trials span hosts.
absl::StatusOr<std::unique_ptr<Executor>> make_executor(boost::asio::io_context& loop,
                                                        const TrialSpec& spec,
                                                        std::unique_ptr<EnergyMeter> meter = {},
                                                        bool gpus = true);

}  // namespace evolt
