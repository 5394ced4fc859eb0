#pragma once

#include "core/ids.hpp"
#include "core/individual.hpp"
#include "core/measurement.hpp"
#include "core/search_space.hpp"
#include "core/trial.hpp"
#include "core/value.hpp"
#include "service/study.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// The lines that a plug-in hears and says, without their ends. Protocol: docs/plugins.md.

/// Whom a plug-in serves.
struct PluginSeat {
  IslandId island{};
  RankId rank{};
  std::uint32_t incarnation = 1;
};

/// The first line of a process; `life` 1, 2, 3, ... counts those of one run, and each has another
/// seed.
std::string hello_line(const Study& study, const PluginSeat& seat, std::uint64_t life);

/// `ask` 0: the trial was not this plug-in's idea.
std::string started_line(const TrialId& trial, const Params& params, std::int64_t ask);

/// Scores in the user's sign.
std::string result_line(const Individual& individual, const Params& params, const Metrics& metrics,
                        const ObjectiveSettings& objective);

std::string ask_line(std::int64_t ask);

/// What a line of a plug-in means.
struct PluginWord {
  enum class Kind {
    chatter,   ///< no JSON object: not for us
    broken,    ///< meant for us, but not to be understood; `why` says what is wrong
    passes,    ///< it has no proposal
    proposes,  ///< `params`; whether the space holds them is not known yet
  };
  Kind kind = Kind::chatter;
  std::optional<std::int64_t> ask;
  Params params;
  std::string why;
};

/// Values of parameters that are not active in the proposal are left out. `whole`: false for a
/// piece of a line that is too long.
PluginWord read_plugin_line(std::string_view line, bool whole, const SearchSpace& space);

}  // namespace evolt
