#pragma once

#include "core/event.hpp"
#include "core/message.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The only way between our values and their bytes (proto/*.proto). Encoding is deterministic:
/// equal values give equal bytes. Decoding never crashes on any input.

std::string encode(const Event& event);

/// Errors: data_loss when the bytes are not an event; invalid_argument when a field has no meaning.
absl::StatusOr<Event> decode_event(std::string_view bytes);

/// Adds an event to the bytes of those before it, which decode_events() reads together.
void append_encoded(const Event& event, std::string& to);

/// Errors: as decode_event.
absl::StatusOr<std::vector<Event>> decode_events(std::string_view bytes);

/// Appends a parcel to a frame. A frame is its parcels one after the other.
void append_encoded(const Parcel& parcel, std::string& frame);

/// A parcel and its bytes in the frame, ready to be appended to another.
struct Unpacked {
  Parcel parcel;
  std::string_view wire;
};

/// The parcels of a frame, in order; they point into it. Errors: as decode_event.
absl::StatusOr<std::vector<Unpacked>> decode_frame(std::string_view frame);

}  // namespace evolt
