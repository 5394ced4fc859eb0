#include "service/storage/packed_events.hpp"

#include "proto/convert.hpp"

#include <utility>

namespace evolt::detail {
namespace {

/// A row is full when it has so many bytes or events. Larger ones save nothing more (a row of this
/// size is 16 pages); smaller ones tell more exactly where a file is damaged.
constexpr std::size_t kFullBytes = 64 * 1024;
constexpr std::int64_t kFullEvents = 512;

}  // namespace

void PackedEvents::add(const Event& event) {
  if (rows_.empty() || bytes_.size() - begun_ >= kFullBytes || rows_.back().events >= kFullEvents) {
    begun_ = bytes_.size();
    rows_.emplace_back();
  }
  append_encoded(event, bytes_);
  ++rows_.back().events;
  rows_.back().end = bytes_.size();
  ++events_;
}

void PackedEvents::clear() {
  rows_.clear();
  bytes_.clear();
  begun_ = 0;
  events_ = 0;
}

void PackedEvents::swap(PackedEvents& other) {
  rows_.swap(other.rows_);
  bytes_.swap(other.bytes_);
  std::swap(begun_, other.begun_);
  std::swap(events_, other.events_);
}

std::string_view PackedEvents::body(std::size_t row) const {
  const std::size_t begin = row == 0 ? 0 : rows_[row - 1].end;
  return std::string_view(bytes_).substr(begin, rows_[row].end - begin);
}

}  // namespace evolt::detail
