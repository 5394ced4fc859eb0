#pragma once

#include <sys/types.h>
#include <vector>

namespace evolt::nanny {

/// Every living descendant of this process, children first found first. Zombies are left out. A
/// tree that changes meanwhile may be seen in part: callers repeat until nothing is left.
std::vector<pid_t> descendants();

/// Every process but us whose environment carries `EVOLT_MARK=mark`.
std::vector<pid_t> marked(const char* mark);

/// Resident bytes of these processes, pages that they share counted for each.
long long resident_bytes(const std::vector<pid_t>& pids);

/// The same with shared pages counted once; where the kernel does not tell, as resident_bytes.
long long proportional_bytes(const std::vector<pid_t>& pids);

}  // namespace evolt::nanny
