#pragma once

#include "core/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt::detail {

/// What a row of the journal says beside its body.
struct EventRow {
  double at = 0;
  const char* kind = "";  ///< kind_name()
  TrialId trial;
  std::optional<std::int32_t> attempt;
  bool bred = false;
};

/// Events as they go to disk: their bytes one after the other in a single piece of memory. So the
/// thread that writes them frees nothing that another has allocated, which costs both a lock.
class PackedEvents {
 public:
  void add(const Event& event);

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  void clear();
  void swap(PackedEvents& other);

  const EventRow& row(std::size_t i) const { return entries_[i].row; }
  /// The encoded event.
  std::string_view body(std::size_t i) const;

 private:
  struct Entry {
    EventRow row;
    std::size_t end = 0;  ///< of its body
  };
  std::vector<Entry> entries_;
  std::string bytes_;
};

}  // namespace evolt::detail
