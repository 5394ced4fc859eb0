#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Lists of names kept once: a hundred thousand trials with the same parameters share one list.
class NameLists {
 public:
  using List = std::uint32_t;

  /// The list of the names in `pairs`. `guess`, a list returned before, is looked at first.
  template <typename Value>
  List intern(const std::vector<std::pair<std::string, Value>>& pairs, List guess) {
    if (guess < lists_.size() && same(lists_[guess], pairs)) {
      return guess;
    }
    std::vector<std::string> names;
    names.reserve(pairs.size());
    for (const auto& [name, value] : pairs) {
      names.push_back(name);
    }
    return intern(std::move(names));
  }

  List intern(std::vector<std::string> names);

  const std::vector<std::string>& operator[](List list) const { return lists_[list]; }

  /// Every name of every list, in the order of first appearance.
  const std::vector<std::string>& all() const { return all_; }

 private:
  template <typename Value>
  static bool same(const std::vector<std::string>& names,
                   const std::vector<std::pair<std::string, Value>>& pairs) {
    if (names.size() != pairs.size()) {
      return false;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != pairs[i].first) {
        return false;
      }
    }
    return true;
  }

  std::vector<std::vector<std::string>> lists_;
  absl::flat_hash_map<std::vector<std::string>, List> index_;
  std::vector<std::string> all_;
  absl::flat_hash_set<std::string> seen_;
};

}  // namespace evolt
