#pragma once

#include "core/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evolt::detail {

/// Events as they go to disk, many to a row: their bytes one after the other in a single piece of
/// memory. So the thread that writes them frees nothing that another has allocated, which costs
/// both a lock, and a row is written from where it lies.
class PackedEvents {
 public:
  void add(const Event& event);

  std::int64_t events() const { return events_; }
  bool empty() const { return events_ == 0; }
  void clear();
  void swap(PackedEvents& other);

  std::size_t rows() const { return rows_.size(); }
  /// How many events a row has: at least one, and a few hundred at most.
  std::int64_t events_of(std::size_t row) const { return rows_[row].events; }
  /// A row's events, encoded for decode_events().
  std::string_view body(std::size_t row) const;

 private:
  struct Row {
    std::int64_t events = 0;
    std::size_t end = 0;  ///< of its bytes
  };
  std::vector<Row> rows_;
  std::string bytes_;
  std::size_t begun_ = 0;  // where the last row begins
  std::int64_t events_ = 0;
};

}  // namespace evolt::detail
