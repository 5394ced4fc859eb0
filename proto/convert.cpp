#include "proto/convert.hpp"

#include "proto/read.hpp"
#include "proto/write.hpp"

#include <absl/strings/str_cat.h>
#include <google/protobuf/arena.h>

#include <array>
#include <cstddef>
#include <limits>
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
  // The bytes of v1::Events are those of its elements, each behind its tag and its length.
  const std::size_t length = wire.ByteSizeLong();
  std::array<char, 1 + 10> head{(v1::Events::kEventsFieldNumber << 3U) | 2U};
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

std::string encode(std::span<const Message> messages) {
  Workbench bench;
  auto& wire = bench.make<v1::Frame>();
  wire.mutable_messages()->Reserve(static_cast<int>(messages.size()));
  for (const Message& message : messages) {
    detail::write(message, *wire.add_messages());
  }
  return wire.SerializeAsString();
}

absl::StatusOr<std::vector<Message>> decode_messages(std::string_view bytes) {
  Workbench bench;
  auto& wire = bench.make<v1::Frame>();
  if (absl::Status status = parse(bytes, wire, "a frame of messages"); !status.ok()) {
    return status;
  }
  std::vector<Message> messages;
  messages.reserve(static_cast<std::size_t>(wire.messages_size()));
  detail::Reader reader;
  for (const v1::Message& message : wire.messages()) {
    messages.push_back(reader.message(message));
    if (!reader.status().ok()) {
      return reader.status();
    }
  }
  return messages;
}

}  // namespace evolt
