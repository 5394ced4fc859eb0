#include "service/storage/packed_events.hpp"

#include "proto/convert.hpp"

#include <utility>
#include <variant>

namespace evolt::detail {
namespace {

struct AttemptOf {
  std::optional<std::int32_t> operator()(const Bred&) const { return std::nullopt; }
  std::optional<std::int32_t> operator()(const Migrated&) const { return std::nullopt; }
  std::optional<std::int32_t> operator()(const Leased& leased) const {
    return leased.attempt.number;
  }
  std::optional<std::int32_t> operator()(const auto& other) const { return other.attempt; }
};

}  // namespace

void PackedEvents::add(const Event& event) {
  append_encoded(event, bytes_);
  entries_.push_back({.row = {.at = event.at.value,
                              .kind = kind_name(event),
                              .trial = subject(event),
                              .attempt = std::visit(AttemptOf{}, event.what),
                              .bred = std::holds_alternative<Bred>(event.what)},
                      .end = bytes_.size()});
}

void PackedEvents::clear() {
  entries_.clear();
  bytes_.clear();
}

void PackedEvents::swap(PackedEvents& other) {
  entries_.swap(other.entries_);
  bytes_.swap(other.bytes_);
}

std::string_view PackedEvents::body(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : entries_[i - 1].end;
  return std::string_view(bytes_).substr(begin, entries_[i].end - begin);
}

}  // namespace evolt::detail
