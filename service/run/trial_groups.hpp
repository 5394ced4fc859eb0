#pragma once

#include "core/ids.hpp"
#include "islands/transport.hpp"
#include "service/study.hpp"
#include "workers/trial_place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// The ranks of a run, some at a time, for trials of several ranks. The first of each group is its
/// leader: it breeds and runs trials; the others lend their part of their hosts and rest.
class TrialGroups {
 public:
  /// `hosts`: of each rank, by name. Ranks of one host are grouped as far as they go, what is left
  /// over goes together; within a group, ranks of one host stand together and the lowest rank
  /// leads, so rank 0 always does. A lone rank is a whole group, however large. Errors: ConfigError
  /// where the ranks cannot be divided by `each`.
  TrialGroups(std::vector<std::string> hosts, std::int32_t each);

  /// Ascending.
  const std::vector<RankId>& leaders() const { return leaders_; }

  bool leads(RankId rank) const;

  /// By leader, in the order of leaders().
  const std::vector<std::vector<RankId>>& groups() const { return groups_; }

  /// The group of a rank, its leader first.
  const std::vector<RankId>& group_of(RankId rank) const;

  /// Of the trials that this leader runs.
  TrialPlace place_of(RankId leader) const;

 private:
  const std::string& host_of(RankId rank) const {
    return hosts_[static_cast<std::size_t>(index(rank))];
  }
  void add(std::vector<RankId> group);

  std::vector<std::string> hosts_;
  std::int32_t each_;
  std::vector<std::vector<RankId>> groups_;
  std::vector<RankId> leaders_;
};

/// The groups of a run; nullopt where each trial has one rank. Errors: ConfigError, as above.
std::optional<TrialGroups> group_ranks(const Study& study, const Transport& transport);

/// This host's name.
std::string host_name();

}  // namespace evolt
