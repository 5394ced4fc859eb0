#pragma once

#include "service/storage/storage.hpp"

#include <memory>

namespace evolt {

/// What outlives a MemoryStorage, as a file would.
struct MemoryStudy {
  std::string study;
  std::uint32_t starts = 0;
  Seconds seconds;
  std::vector<StoredEvent> events;
};

/// Storage for tests and for runs that keep nothing: everything is durable at once. `seconds` stay
/// what they were. Thread: loop.
std::unique_ptr<Storage> open_memory_study(std::shared_ptr<MemoryStudy> study);

}  // namespace evolt
