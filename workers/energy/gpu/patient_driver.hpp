#pragma once

#include "workers/energy/gpu/gpu_driver.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <memory>

namespace evolt {

using OpenGpuDriver = std::function<absl::StatusOr<std::unique_ptr<GpuDriver>>()>;

/// A driver that is opened and called on a thread of its own: what does not answer within
/// `patience` is deadline_exceeded, and so is all that follows until it has answered. Errors: as
/// `open`. Thread: one.
absl::StatusOr<std::unique_ptr<GpuDriver>> open_patiently(OpenGpuDriver open, Seconds patience);

}  // namespace evolt
