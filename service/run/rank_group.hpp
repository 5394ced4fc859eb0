#pragma once

#include "islands/layout.hpp"
#include "islands/transport.hpp"
#include "service/run/trial_groups.hpp"
#include "service/study.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace evolt {

/// The groups of a run where trials have several ranks, and this rank's way to the others of its
/// own where trials are functions. Elsewhere there is nothing in it.
class RankGroup {
 public:
  RankGroup() = default;

  /// Errors: ConfigError where the ranks cannot be divided.
  RankGroup(const Study& study, const Transport& transport)
      : groups_(group_ranks(study, transport)) {}

  const std::optional<TrialGroups>& groups() const { return groups_; }

  /// Who breeds which islands.
  Layout layout(const Study& study, std::int32_t ranks) const;

  /// Opens the channel; nullptr where there are no groups, or no MPI.
  GroupChannel* open(Transport& transport);

  /// The open channel.
  GroupChannel* channel() const { return channel_.get(); }

  /// The others of this rank's group, once the channel is open.
  const std::vector<RankId>& kin() const { return kin_; }

 private:
  std::optional<TrialGroups> groups_;
  std::unique_ptr<GroupChannel> channel_;
  std::vector<RankId> kin_;
};

}  // namespace evolt
