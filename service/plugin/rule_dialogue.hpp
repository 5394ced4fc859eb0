#pragma once

#include "core/ids.hpp"
#include "core/units.hpp"
#include "estimators/history.hpp"
#include "islands/rank.hpp"
#include "service/plugin/conversation.hpp"
#include "service/plugin/rule_protocol.hpp"

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace evolt {

/// What a rule's dialogue knows of the study.
struct RuleDialogueStudy {
  std::string name;  ///< of the rule, in reasons
  bool maximized = false;
  std::function<std::string(std::uint64_t life)> hello;  ///< the first line of a process
};

/// The conversation with a stopping rule that is a program: every question (a report that needs a
/// verdict) is answered, whatever it does.
///
/// A question is late when a deadline has passed since it was asked; then the fallback's verdict is
/// the answer, and the rule's own, should it come, still ends the trial. What the rule says unasked
/// ends a trial that runs here, or takes up one that is parked here. One that has a thousand
/// questions to answer is asked and told no more until it has answered some. A new process is told
/// the newest curves of the study, thinned, and the questions that are open. Thread: loop.
class RuleDialogue final : public Conversation {
 public:
  explicit RuleDialogue(ConversationOptions options, RuleDialogueStudy study);

  /// What a new process is told; it outlives this. Without it: nothing.
  void remember(const History& history) { history_ = &history; }

  void on_report(TellReport report, Seconds now);
  void on_point(const TellPoint& point);
  void on_curve_end(const TellCurveEnd& end);

  /// What became of an AnswerQuestion that is `in_time`.
  void on_taken(const absl::Status& status);

 private:
  struct Waiting {
    TellReport report;
    Seconds since;
    bool told = false;  ///< the process that runs has it
  };
  /// What the process that runs has heard of a trial.
  struct Heard {
    std::int64_t step = -1;
    bool params = false;
  };

  void greet(std::uint64_t life, Seconds now) override;
  void mourn(bool last) override;
  void hear(std::string_view line, bool whole, Seconds now) override;
  bool answer_late(Seconds now) override;
  std::optional<Seconds> next_due() const override;

  bool behind() const;
  void tell_report(const TellReport& report);
  void take_answer(std::deque<Waiting>::iterator question, VerdictWord word, Seconds now);
  void take_unasked(VerdictWord word, Seconds now);
  void fall_back(const TellReport& report);
  void hand_over(const TrialId& trial, std::int32_t attempt, std::int64_t step, Verdict verdict,
                 bool in_time);

  RuleDialogueStudy study_;
  const History* history_ = nullptr;
  std::deque<Waiting> waiting_;                         ///< the oldest first
  std::set<std::pair<TrialId, std::int64_t>> late_;     ///< trial and step: answered without it
  absl::flat_hash_map<TrialId, std::int32_t> running_;  ///< here, with their attempts
  std::set<TrialId> parked_;                            ///< here
  absl::flat_hash_map<TrialId, Heard> heard_;
};

}  // namespace evolt
