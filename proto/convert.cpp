#include "proto/convert.hpp"

#include "proto/read.hpp"
#include "proto/write.hpp"

#include <absl/strings/str_cat.h>
#include <google/protobuf/arena.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace evolt {
namespace {

/// Memory for the wire form of one call, so that a usual record costs no allocation but its bytes.
class Workbench {
 public:
  template <typename Wire>
  Wire& make() {
    return *google::protobuf::Arena::CreateMessage<Wire>(&arena_);
  }

 private:
  static google::protobuf::ArenaOptions options(std::array<char, 4096>& block) {
    google::protobuf::ArenaOptions options;
    options.initial_block = block.data();
    options.initial_block_size = block.size();
    return options;
  }

  alignas(std::max_align_t) std::array<char, 4096> block_;
  google::protobuf::Arena arena_{options(block_)};
};

template <typename Wire>
absl::Status parse(std::string_view bytes, Wire& wire, const char* name) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("these ", bytes.size(), " bytes are not ", name));
  }
  return absl::OkStatus();
}

/// Field 1 of v1::Frame, and of v1::Events, length-delimited.
constexpr std::uint8_t kItem = 0x0a;

/// The bytes of v1::Frame and v1::Events are those of their elements, each behind its tag and its
/// length.
template <typename Wire>
void append_item(const Wire& wire, std::string& to) {
  const std::size_t length = wire.ByteSizeLong();
  std::array<char, 1 + 10> head{static_cast<char>(kItem)};
  std::size_t used = 1;
  for (std::size_t rest = length;; rest >>= 7U) {
    head[used++] = static_cast<char>(rest < 0x80 ? rest : (rest & 0x7FU) | 0x80U);
    if (rest < 0x80) {
      break;
    }
  }
  to.append(head.data(), used);
  const std::size_t begin = to.size();
  to.resize(begin + length);
  wire.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to.data() + begin));
}

struct Item {
  std::string_view whole;  ///< tag and length included
  std::string_view message;
};

/// The first item of a frame; nullopt when it is not there whole.
std::optional<Item> first_item(std::string_view frame) {
  constexpr std::size_t kLongestLength = 5;
  if (frame.empty() || static_cast<std::uint8_t>(frame.front()) != kItem) {
    return std::nullopt;
  }
  std::uint64_t length = 0;
  for (std::size_t i = 1; i < frame.size() && i <= kLongestLength; ++i) {
    const auto byte = static_cast<std::uint8_t>(frame[i]);
    length |= std::uint64_t{byte & 0x7fU} << (7 * (i - 1));
    if (byte < 0x80) {
      if (length > frame.size() - i - 1) {
        return std::nullopt;
      }
      return Item{.whole = frame.substr(0, i + 1 + length), .message = frame.substr(i + 1, length)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string encode(const Event& event) {
  Workbench bench;
  auto& wire = bench.make<v1::Event>();
  detail::write(event, wire);
  return wire.SerializeAsString();
}

absl::StatusOr<Event> decode_event(std::string_view bytes) {
  Workbench bench;
  auto& wire = bench.make<v1::Event>();
  if (absl::Status status = parse(bytes, wire, "an event"); !status.ok()) {
    return status;
  }
  detail::Reader reader;
  Event event = reader.event(wire);
  if (!reader.status().ok()) {
    return reader.status();
  }
  return event;
}

void append_encoded(const Event& event, std::string& to) {
  Workbench bench;
  auto& wire = bench.make<v1::Event>();
  detail::write(event, wire);
  append_item(wire, to);
}

absl::StatusOr<std::vector<Event>> decode_events(std::string_view bytes) {
  Workbench bench;
  auto& wire = bench.make<v1::Events>();
  if (absl::Status status = parse(bytes, wire, "events"); !status.ok()) {
    return status;
  }
  std::vector<Event> events;
  events.reserve(static_cast<std::size_t>(wire.events_size()));
  detail::Reader reader;
  for (const v1::Event& event : wire.events()) {
    events.push_back(reader.event(event));
    if (!reader.status().ok()) {
      return reader.status();
    }
  }
  return events;
}

void append_encoded(const Parcel& parcel, std::string& frame) {
  Workbench bench;
  auto& wire = bench.make<v1::Message>();
  detail::write(parcel, wire);
  append_item(wire, frame);
}

absl::StatusOr<std::vector<Unpacked>> decode_frame(std::string_view frame) {
  std::vector<Unpacked> parcels;
  detail::Reader reader;
  while (!frame.empty()) {
    const std::optional<Item> item = first_item(frame);
    if (!item) {
      return absl::DataLossError(absl::StrCat("these ", frame.size(), " bytes are not a frame"));
    }
    Workbench bench;
    auto& wire = bench.make<v1::Message>();
    if (absl::Status status = parse(item->message, wire, "a message"); !status.ok()) {
      return status;
    }
    parcels.push_back(Unpacked{.parcel = reader.parcel(wire), .wire = item->whole});
    if (!reader.status().ok()) {
      return reader.status();
    }
    frame.remove_prefix(item->whole.size());
  }
  return parcels;
}

}  // namespace evolt
