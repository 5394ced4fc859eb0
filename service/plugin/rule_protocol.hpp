#pragma once

#include "core/curve.hpp"
#include "core/ids.hpp"
#include "core/outcome.hpp"
#include "core/verdict.hpp"
#include "islands/rank.hpp"
#include "service/study.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// The lines that a stopping rule which is a program hears and says, without their ends. Protocol:
/// docs/stopping.md.

/// What such a rule serves.
struct RuleSeat {
  RankId rank{};
  std::uint32_t incarnation = 1;
  std::string metric;  ///< that it judges
  bool maximized = false;
  std::int64_t min_steps = 1;
  bool parks = false;  ///< a trial that it parks can go on later
};

/// The first line of a process; `life` 1, 2, 3, ... counts those of one run.
std::string rule_hello_line(const Study& study, const RuleSeat& seat, std::uint64_t life);

/// `params`: whether to say the trial's parameters.
std::string report_line(const TellReport& report, bool params, bool maximized);
std::string point_line(const TellPoint& point, bool maximized);
std::string curve_end_line(const TellCurveEnd& end);

/// A whole curve in one line: at most `most` points, 2 or more, the first and the last among them.
std::string curve_line(const Curve& curve, const std::optional<Ending>& ending, bool maximized,
                       std::size_t most);

/// What a line of such a rule means.
struct VerdictWord {
  enum class Kind {
    chatter,  ///< no JSON object: not for us
    broken,   ///< meant for us, but not to be understood; `why` says what is wrong
    verdict,
  };
  Kind kind = Kind::chatter;
  std::optional<TrialId> trial;
  std::optional<std::int64_t> step;
  Verdict verdict;
  std::string why;
};

/// `whole`: false for a piece of a line that is too long.
VerdictWord read_verdict_line(std::string_view line, bool whole);

}  // namespace evolt
