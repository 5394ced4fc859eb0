#pragma once

#include <string>

namespace evolt {

/// Where sensors and attribution look for the host's files, so that a test can give them a tree of
/// its own.
struct HostRoots {
  std::string sys = "/sys";
  std::string proc = "/proc";
  std::string dev = "/dev";
};

}  // namespace evolt
