#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proto/convert.hpp"

/// Bytes from another rank or from the journal: refused, or a value whose own bytes read back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto event = evolt::decode_event(bytes); event.ok()) {
    const std::string once = evolt::encode(*event);
    const auto again = evolt::decode_event(once);
    if (!again.ok() || evolt::encode(*again) != once) {
      std::abort();
    }
  }
  if (const auto messages = evolt::decode_messages(bytes); messages.ok()) {
    const std::string once = evolt::encode(*messages);
    const auto again = evolt::decode_messages(once);
    if (!again.ok() || evolt::encode(*again) != once) {
      std::abort();
    }
  }
  return 0;
}
