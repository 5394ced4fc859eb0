#include "proto/convert.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

std::string bytes_of(const evolt::Event& event) {
  return evolt::encode(event);
}

std::string bytes_of(const std::vector<evolt::Unpacked>& frame) {
  std::string bytes;
  for (const evolt::Unpacked& one : frame) {
    append_encoded(one.parcel, bytes);
  }
  return bytes;
}

/// What was understood must be sayable again: encoding is a fixed point after one round.
template <typename Decode>
void check_round(std::string_view bytes, Decode decode) {
  const auto value = decode(bytes);
  if (!value.ok()) {
    return;
  }
  const std::string once = bytes_of(*value);
  const auto again = decode(once);
  if (!again.ok() || bytes_of(*again) != once) {
    std::abort();
  }
}

void check_events(std::string_view bytes) {
  const auto packed = [](const std::vector<evolt::Event>& events) {
    std::string all;
    for (const evolt::Event& event : events) {
      evolt::append_encoded(event, all);
    }
    return all;
  };
  const auto events = evolt::decode_events(bytes);
  if (!events.ok()) {
    return;
  }
  const auto again = evolt::decode_events(packed(*events));
  if (!again.ok() || packed(*again) != packed(*events)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_round(bytes, evolt::decode_event);
  check_round(bytes, evolt::decode_frame);
  check_events(bytes);
  return 0;
}
