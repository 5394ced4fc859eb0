#pragma once

#include "core/clock.hpp"
#include "islands/rank.hpp"
#include "service/plugin/conversation.hpp"
#include "service/plugin/rule_protocol.hpp"
#include "service/study.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// What a rule's desk has to say.
struct RuleEars {
  /// What it returns is Rank::on_verdict's.
  std::function<absl::Status(const AnswerQuestion& answer)> verdict;
  std::function<void(const TrialId& trial)> recall;
  std::function<void()> gone;  ///< no verdict comes any more
  std::function<void(const std::string& text)> warning;
};

/// The stopping rule of one rank where it is a program: one process. Takes the rank's actions that
/// concern it and answers each question, in time, whatever the program does (see RuleDialogue). The
/// process goes with it. Its log: `DIRECTORY/plugins/rank-R-rule/log`. Thread: loop.
class RuleDesk {
 public:
  /// Requires: `study.stopper.program`, and all that is handed in outlives the desk. `directory`:
  /// of the study. Errors: as LineProcess::make, naming the rule.
  static absl::StatusOr<std::unique_ptr<RuleDesk>> open(boost::asio::io_context& loop,
                                                        const Study& study, const Clock& clock,
                                                        RuleSeat seat,
                                                        const std::string& directory);
  ~RuleDesk();

  /// Starts the process. Before any of the following. `history`: what it is told first.
  void begin(RuleEars ears, const History& history);

  void tell(const TellReport& report);
  void tell(const TellPoint& point);
  void tell(const TellCurveEnd& end);

  /// A line when something went wrong with the program; else empty.
  std::string summary() const;

 private:
  struct Parts;
  explicit RuleDesk(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace evolt
