#include "service/plugin/dialogue.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace evolt {

Dialogue::Dialogue(ConversationOptions options, const SearchSpace& space,
                   std::function<std::string(std::uint64_t)> hello)
    : Conversation(std::move(options), kBreeding), space_(&space), hello_(std::move(hello)) {}

// The process -------------------------------------------------------------------------------------

void Dialogue::greet(std::uint64_t life, Seconds now) {
  tell(hello_(life));
  for (const std::string& line : story_) {
    tell(line);
  }
  for (const auto& [trial, line] : running_) {
    tell(line);
  }
  for (Waiting& waiting : waiting_) {
    tell_ask(waiting, now);
  }
}

void Dialogue::mourn(bool last) {
  late_.clear();
  for (const Waiting& waiting : std::exchange(waiting_, {})) {
    if (last || waiting.told) {
      hand_over(waiting.ask, std::nullopt);
    } else {
      waiting_.push_back(waiting);  // for the next process
    }
  }
}

// What it is told ---------------------------------------------------------------------------------

void Dialogue::on_started(const TrialId& trial, std::string line) {
  tell(line);
  running_[trial] = std::move(line);
}

void Dialogue::on_result(const TrialId& trial, std::string line) {
  running_.erase(trial);
  tell(line);
  story_.push_back(std::move(line));
}

void Dialogue::ask(std::int64_t ask, Seconds now) {
  if (hopeless(now)) {
    hand_over(ask, std::nullopt);
  } else if (!spare_.empty()) {
    Params params = std::move(spare_.front());
    spare_.pop_front();
    hand_over(ask, std::move(params));
  } else {
    Waiting& waiting = waiting_.emplace_back(Waiting{.ask = ask, .since = now});
    if (up()) {
      tell_ask(waiting, now);
    }
  }
}

void Dialogue::tell_ask(Waiting& waiting, Seconds now) {
  waiting.since = now;
  waiting.ahead = static_cast<int>(
      std::count_if(waiting_.begin(), waiting_.end(), [](const Waiting& one) { return one.told; }));
  waiting.told = true;
  tell(ask_line(waiting.ask));
}

void Dialogue::hand_over(std::int64_t ask, std::optional<Params> params) {
  if (!params) {
    unused();
  }
  want(AnswerAsk{ask, std::move(params)});
}

void Dialogue::on_used(std::int64_t ask, const absl::Status& status) {
  if (status.ok()) {
    used();
  } else if (!absl::IsNotFound(status)) {  // else the run has ended
    unused();
    complain(absl::IsAlreadyExists(status) ? Fault::repeated : Fault::refused,
             absl::StrCat("ask ", ask, ": ", std::string(status.message()), "; ",
                          options().fallback, " breeds this trial instead"));
  }
}

// What it says ------------------------------------------------------------------------------------

/// The ask that a word answers, which waits no longer; a word that does not say belongs to the
/// oldest.
std::optional<std::int64_t> Dialogue::whose(const PluginWord& word) {
  const auto at = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
    return waiting.told && (!word.ask || waiting.ask == *word.ask);
  });
  if (at == waiting_.end()) {
    return std::nullopt;
  }
  const std::int64_t ask = at->ask;
  waiting_.erase(at);
  return ask;
}

void Dialogue::hear(std::string_view line, bool whole, Seconds now) {
  using Kind = PluginWord::Kind;
  PluginWord word = read_plugin_line(line, whole, *space_);
  if (word.kind == Kind::chatter) {
    complain_of_chatter();
    return;
  }
  const bool late = word.ask && late_.erase(*word.ask) > 0;
  const std::optional<std::int64_t> ask = late ? word.ask : whose(word);
  if (!ask) {
    complain(Fault::unknown,
             word.ask ? absl::StrCat("answers ask ", *word.ask,
                                     ", which nobody made or which was answered; the line is "
                                     "not used")
                      : absl::StrCat(word.why, ", and nothing was asked; it is not used"));
    return;
  }
  answered(now);
  if (word.kind == Kind::broken) {
    complain(Fault::broken, absl::StrCat("ask ", *ask, ": ", word.why,
                                         late ? ""
                                              : absl::StrCat("; ", options().fallback,
                                                             " breeds this trial "
                                                             "instead"),
                                         "; the line is in ", options().log));
  }
  const bool proposes = word.kind == Kind::proposes;
  if (!late) {
    hand_over(*ask, proposes ? std::optional(std::move(word.params)) : std::nullopt);
  } else if (proposes) {
    spare_.push_back(std::move(word.params));
  }
}

// Time --------------------------------------------------------------------------------------------

Seconds Dialogue::due(const Waiting& waiting) const {
  const Seconds its_turn = waiting.since + options().deadline * waiting.ahead;
  return std::min(std::max(waiting.since, last_answer()), its_turn) + options().deadline;
}

std::optional<Seconds> Dialogue::next_due() const {
  std::optional<Seconds> next;
  for (const Waiting& waiting : waiting_) {
    next = std::min(next.value_or(due(waiting)), due(waiting));
  }
  return next;
}

bool Dialogue::answer_late(Seconds now) {
  bool missed = false;
  for (const Waiting& late : std::exchange(waiting_, {})) {
    if (now < due(late)) {
      waiting_.push_back(late);
      continue;
    }
    if (late.told) {
      missed = true;
      late_.insert(late.ask);
    }
    complain(Fault::late, absl::StrCat("ask ", late.ask, ": no answer within ",
                                       options().deadline.value, " s; ", options().fallback,
                                       " breeds this trial instead; raise the plug-in's deadline "
                                       "if it needs longer"));
    hand_over(late.ask, std::nullopt);
  }
  return missed;
}

}  // namespace evolt
