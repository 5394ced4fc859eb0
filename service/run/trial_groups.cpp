#include "service/run/trial_groups.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <unistd.h>
#include <utility>

namespace evolt {

TrialGroups::TrialGroups(std::vector<std::string> hosts, std::int32_t each)
    : hosts_(std::move(hosts)), each_(each) {
  const auto ranks = static_cast<std::int32_t>(hosts_.size());
  if (ranks > 1 && ranks % each != 0) {
    throw ConfigError(
        Complaint{.what = absl::StrCat(ranks, " ranks cannot be divided into trials of ", each),
                  .key = "trial.ranks_per_trial",
                  .found = std::to_string(each),
                  .allowed = absl::StrCat("a divisor of the number of ranks; or start ",
                                          std::max(ranks / each, 1) * each, " of them")});
  }
  std::vector<RankId> order;
  order.reserve(hosts_.size());
  for (std::int32_t rank = 0; rank < ranks; ++rank) {
    order.push_back(RankId{rank});
  }
  // By host, in the order of their first ranks.
  std::stable_sort(order.begin(), order.end(), [this](RankId a, RankId b) {
    const auto first = [this](RankId rank) {
      return std::find(hosts_.begin(), hosts_.end(), host_of(rank)) - hosts_.begin();
    };
    return first(a) < first(b);
  });
  std::vector<RankId> group;
  std::vector<RankId> left;  // of hosts with too few
  for (std::size_t i = 0; i < order.size(); ++i) {
    group.push_back(order[i]);
    const bool last = i + 1 == order.size() || host_of(order[i + 1]) != host_of(order[i]);
    if (std::ssize(group) == each) {
      add(std::exchange(group, {}));
    } else if (last) {
      left.insert(left.end(), group.begin(), group.end());
      group.clear();
    }
  }
  for (std::size_t i = 0; i < left.size(); i += static_cast<std::size_t>(each)) {
    const auto from = left.begin() + static_cast<std::ptrdiff_t>(i);
    add({from, from + std::min(static_cast<std::ptrdiff_t>(each), left.end() - from)});
  }
  std::sort(groups_.begin(), groups_.end());
  for (const std::vector<RankId>& each_group : groups_) {
    leaders_.push_back(each_group.front());
  }
}

/// The lowest rank to the front, and the others of its host behind it.
void TrialGroups::add(std::vector<RankId> group) {
  const std::string host = host_of(*std::min_element(group.begin(), group.end()));
  std::stable_partition(group.begin(), group.end(),
                        [&](RankId rank) { return host_of(rank) == host; });
  groups_.push_back(std::move(group));
}

bool TrialGroups::leads(RankId rank) const {
  return std::binary_search(leaders_.begin(), leaders_.end(), rank);
}

const std::vector<RankId>& TrialGroups::group_of(RankId rank) const {
  return *std::find_if(groups_.begin(), groups_.end(), [rank](const std::vector<RankId>& group) {
    return std::find(group.begin(), group.end(), rank) != group.end();
  });
}

TrialPlace TrialGroups::place_of(RankId leader) const {
  const auto at = std::lower_bound(leaders_.begin(), leaders_.end(), leader) - leaders_.begin();
  const std::string& here = host_of(leader);
  TrialPlace place{.hosts = {}, .parts = 0, .own = {}};
  if (hosts_.size() == 1) {
    place.parts = each_;
    for (std::int32_t part = 0; part < each_; ++part) {
      place.own.push_back(part);
      place.hosts.push_back(here);
    }
    return place;
  }
  for (const RankId rank : groups_[static_cast<std::size_t>(at)]) {
    place.hosts.push_back(host_of(rank));
    if (host_of(rank) == here) {
      const auto before = hosts_.begin() + index(rank);
      place.own.push_back(static_cast<std::int32_t>(std::count(hosts_.begin(), before, here)));
    }
  }
  place.parts = static_cast<std::int32_t>(std::count(hosts_.begin(), hosts_.end(), here));
  return place;
}

std::optional<TrialGroups> group_ranks(const Study& study, const Transport& transport) {
  if (study.trial.ranks_per_trial == 1) {
    return std::nullopt;
  }
  std::vector<std::string> hosts = transport.hosts();
  if (hosts.empty()) {
    hosts.assign(static_cast<std::size_t>(transport.ranks()), host_name());
  }
  return TrialGroups(std::move(hosts), study.trial.ranks_per_trial);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace evolt
