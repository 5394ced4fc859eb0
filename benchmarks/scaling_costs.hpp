#pragma once

#include <string>

namespace evolt {

/// Measures ProcessorCosts with the real code on this machine and prints them. Exit code.
int calibrate(const std::string& propagator);

}  // namespace evolt
