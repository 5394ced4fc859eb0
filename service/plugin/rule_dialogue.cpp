#include "service/plugin/rule_dialogue.hpp"

#include "workers/flat_json.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace evolt {
namespace {

// What a new process is told: about half a megabyte, which takes it tens of milliseconds to read.
constexpr std::size_t kMostCurves = 1000;
constexpr std::size_t kMostPoints = 20;

constexpr std::size_t kLongestReason = 500;
constexpr std::size_t kMostOpen = 1000;  // questions that it has not answered; then it is behind

std::string name_of(const TrialId& trial, std::int64_t step) {
  return absl::StrCat("trial ", to_string(trial), " at step ", step);
}

}  // namespace

RuleDialogue::RuleDialogue(ConversationOptions options, RuleDialogueStudy study)
    : Conversation(std::move(options), kJudging), study_(std::move(study)) {}

// The process -------------------------------------------------------------------------------------

void RuleDialogue::greet(std::uint64_t life, Seconds /*now*/) {
  heard_.clear();
  tell(study_.hello(life));
  if (history_ != nullptr) {
    for (const Curve* const curve : history_->newest(kMostCurves)) {
      const auto ending = history_->ending(curve->trial);
      tell(curve_line(*curve, ending, study_.maximized, kMostPoints));
      if (!ending) {
        heard_[curve->trial].step = curve->points.back().step;
      }
    }
  }
  for (const TrialId& trial : parked_) {
    tell(curve_end_line(TellCurveEnd{trial, std::nullopt}));
  }
  for (Waiting& waiting : waiting_) {
    waiting.told = true;
    tell_report(waiting.report);
  }
}

void RuleDialogue::mourn(bool last) {
  late_.clear();
  for (Waiting& waiting : std::exchange(waiting_, {})) {
    if (last || waiting.told) {
      fall_back(waiting.report);
    } else {
      waiting_.push_back(std::move(waiting));  // for the next process
    }
  }
}

// What it is told ---------------------------------------------------------------------------------

/// What it is told while it is behind would only wait in memory.
bool RuleDialogue::behind() const {
  return waiting_.size() + late_.size() >= kMostOpen;
}

/// A question is told in any case, other points once.
void RuleDialogue::tell_report(const TellReport& report) {
  if (!up() || (behind() && !report.otherwise)) {
    return;
  }
  Heard& heard = heard_[report.trial];
  if (report.otherwise || heard.step < report.point.step) {
    tell(report_line(report, !heard.params, study_.maximized));
    heard = {.step = std::max(heard.step, report.point.step), .params = true};
  }
}

void RuleDialogue::on_report(TellReport report, Seconds now) {
  running_[report.trial] = report.attempt;
  parked_.erase(report.trial);
  if (!report.otherwise) {
    tell_report(report);
  } else if (hopeless(now)) {
    fall_back(report);
  } else if (behind()) {
    complain(Fault::late, absl::StrCat(name_of(report.trial, report.point.step), ": ", kMostOpen,
                                       " questions are open; ", options().fallback,
                                       " judges until it has answered some"));
    fall_back(report);
  } else {
    tell_report(report);
    waiting_.push_back({.report = std::move(report), .since = now, .told = up()});
  }
}

void RuleDialogue::on_point(const TellPoint& point) {
  if (up() && !behind()) {
    Heard& heard = heard_[point.trial];
    if (heard.step < point.point.step) {
      heard.step = point.point.step;
      tell(point_line(point, study_.maximized));
    }
  }
}

void RuleDialogue::on_curve_end(const TellCurveEnd& end) {
  const auto first = late_.lower_bound({end.trial, std::numeric_limits<std::int64_t>::min()});
  const auto last = late_.upper_bound({end.trial, std::numeric_limits<std::int64_t>::max()});
  late_.erase(first, last);
  running_.erase(end.trial);
  if (end.ending) {
    parked_.erase(end.trial);
    heard_.erase(end.trial);
  } else {
    parked_.insert(end.trial);
  }
  tell(curve_end_line(end));
}

void RuleDialogue::fall_back(const TellReport& report) {
  Verdict verdict = *report.otherwise;
  if (verdict.stops()) {
    verdict.reason = absl::StrCat(options().fallback, ", for ", study_.name, ": ", verdict.reason);
  }
  unused();
  want(AnswerQuestion{.trial = report.trial,
                      .attempt = report.attempt,
                      .step = report.point.step,
                      .verdict = std::move(verdict)});
}

void RuleDialogue::hand_over(const TrialId& trial, std::int32_t attempt, std::int64_t step,
                             Verdict verdict, bool in_time) {
  if (verdict.stops()) {
    verdict.reason = printable(std::string_view(verdict.reason).substr(0, kLongestReason));
    verdict.reason = verdict.reason.empty() ? absl::StrCat(study_.name, " said so at step ", step)
                                            : absl::StrCat(study_.name, ": ", verdict.reason);
  }
  want(AnswerQuestion{.trial = trial,
                      .attempt = attempt,
                      .step = step,
                      .verdict = std::move(verdict),
                      .in_time = in_time});
}

void RuleDialogue::on_taken(const absl::Status& status) {
  if (status.ok()) {  // else the attempt had ended
    used();
  }
}

// What it says ------------------------------------------------------------------------------------

void RuleDialogue::hear(std::string_view line, bool whole, Seconds now) {
  VerdictWord word = read_verdict_line(line, whole);
  if (word.kind == VerdictWord::Kind::chatter) {
    complain_of_chatter();
    return;
  }
  // A word that does not say what it answers belongs to the oldest question.
  const auto question = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
    return one.told && (!word.trial || one.report.trial == *word.trial) &&
           (!word.step || one.report.point.step == *word.step);
  });
  if (question != waiting_.end()) {
    take_answer(question, std::move(word), now);
  } else {
    take_unasked(std::move(word), now);
  }
}

void RuleDialogue::take_answer(std::deque<Waiting>::iterator question, VerdictWord word,
                               Seconds now) {
  const TellReport report = std::move(question->report);
  waiting_.erase(question);
  answered(now);
  if (word.kind == VerdictWord::Kind::broken) {
    complain(Fault::broken, absl::StrCat(name_of(report.trial, report.point.step), ": ", word.why,
                                         "; ", options().fallback,
                                         " judges it instead; the line is in ", options().log));
    fall_back(report);
  } else {
    hand_over(report.trial, report.attempt, report.point.step, std::move(word.verdict), true);
  }
}

/// Late, or of its own accord.
void RuleDialogue::take_unasked(VerdictWord word, Seconds now) {
  if (word.kind == VerdictWord::Kind::broken) {
    complain(Fault::broken,
             absl::StrCat(word.why, ", and nothing was asked; the line is in ", options().log));
    return;
  }
  const TrialId trial = *word.trial;
  const auto late = late_.lower_bound({trial, word.step.value_or(0)});
  const bool is_late =
      late != late_.end() && late->first == trial && (!word.step || late->second == *word.step);
  if (is_late) {
    late_.erase(late);
    answered(now);
  }
  const auto running = running_.find(trial);
  if (running != running_.end() && word.verdict.stops()) {
    const std::int64_t step = word.step.value_or(std::max<std::int64_t>(heard_[trial].step, 0));
    hand_over(trial, running->second, step, std::move(word.verdict), false);
  } else if (parked_.contains(trial) && !word.verdict.stops()) {
    want(RecallTrial{trial});
  } else if (!is_late) {
    complain(Fault::unknown, absl::StrCat("answers for trial ", to_string(trial),
                                          word.step ? absl::StrCat(" at step ", *word.step) : "",
                                          ", which nobody asked about; the line is not used"));
  }
}

// Time --------------------------------------------------------------------------------------------

std::optional<Seconds> RuleDialogue::next_due() const {
  return waiting_.empty() ? std::nullopt
                          : std::optional(waiting_.front().since + options().deadline);
}

bool RuleDialogue::answer_late(Seconds now) {
  bool missed = false;
  while (!waiting_.empty() && now >= waiting_.front().since + options().deadline) {
    const Waiting late = std::move(waiting_.front());
    waiting_.pop_front();
    const TellReport& report = late.report;
    if (late.told) {
      missed = true;
      late_.emplace(report.trial, report.point.step);
    }
    complain(Fault::late,
             absl::StrCat(name_of(report.trial, report.point.step), ": no verdict within ",
                          options().deadline.value, " s; ", options().fallback,
                          " judges it instead; raise the rule's deadline if it needs longer"));
    fall_back(report);
  }
  return missed;
}

}  // namespace evolt
