#include "workers/trial_place.hpp"

#include "workers/text.hpp"

#include <cstddef>

namespace evolt {

std::string host_list(const TrialPlace& place) {
  std::string list;
  for (std::size_t first = 0; first < place.hosts.size();) {
    std::size_t last = first;
    while (last < place.hosts.size() && place.hosts[last] == place.hosts[first]) {
      ++last;
    }
    list += concat(list.empty() ? "" : ",", place.hosts[first], ":", last - first);
    first = last;
  }
  return list;
}

std::string host_file(const TrialPlace& place) {
  std::string lines;
  for (const std::string& host : place.hosts) {
    lines += host;
    lines += '\n';
  }
  return lines;
}

}  // namespace evolt
