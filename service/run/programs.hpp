#pragma once

#include "core/clock.hpp"
#include "islands/rank_plan.hpp"
#include "propagator/encoding.hpp"
#include "service/plugin/plugin_desk.hpp"
#include "service/plugin/rule_desk.hpp"
#include "service/study.hpp"

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// The user's programs beside a rank: what proposes and what judges. Thread: loop.
struct Programs {
  std::unique_ptr<PluginDesk> plugins;  ///< where an island of this rank has one
  std::unique_ptr<RuleDesk> rule;       ///< where the rule is a program and this rank breeds

  /// A line for each with which something went wrong.
  std::vector<std::string> summaries() const;
};

/// Opens those that the study names, in the study's `directory`. Requires: `study`, `encoding` and
/// `clock` outlive them. Errors: as LineProcess::make, naming the program.
absl::StatusOr<Programs> open_programs(boost::asio::io_context& loop, const Study& study,
                                       const Encoding& encoding, const Clock& clock,
                                       const RankPlan& plan, const std::string& directory);

}  // namespace evolt
