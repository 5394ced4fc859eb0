#include "service/report/name_lists.hpp"

namespace evolt {

NameLists::List NameLists::intern(std::vector<std::string> names) {
  const auto [place, added] = index_.try_emplace(names, static_cast<List>(lists_.size()));
  if (added) {
    for (const std::string& name : names) {
      if (seen_.insert(name).second) {
        all_.push_back(name);
      }
    }
    lists_.push_back(std::move(names));
  }
  return place->second;
}

}  // namespace evolt
