#include "service/plugin/dialogue.hpp"

#include "workers/flat_json.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr int kMostLosses = 3;            // then it is given up
constexpr int kMostMisses = 3;            // deadlines in a row
constexpr int kProven = 100;              // proposals used, until losses are forgiven
constexpr std::size_t kMostIdle = 10000;  // lines that answer nothing, in a row, or kilobytes
constexpr int kMostSaid = 3;              // complaints of a kind
constexpr Seconds kFirstPause{0.5};

}  // namespace

Dialogue::Dialogue(DialogueOptions options, const SearchSpace& space,
                   std::function<std::string(std::uint64_t)> hello)
    : options_(std::move(options)), space_(&space), hello_(std::move(hello)) {}

std::vector<DialogueAction> Dialogue::take_actions() {
  return std::exchange(actions_, {});
}

void Dialogue::complain(Fault fault, const std::string& text) {
  const int said = ++faults_[static_cast<std::size_t>(fault)];
  if (said <= kMostSaid) {
    // It may quote the plug-in, and stays one line of a sensible length.
    constexpr std::size_t kLongest = 1000;
    actions_.emplace_back(WarnUser{
        absl::StrCat(options_.plugin, ": ", printable(std::string_view(text).substr(0, kLongest)),
                     said == kMostSaid ? " (more of this kind is not said)" : "")});
  }
}

void Dialogue::tell(std::string line) {
  if (state_ == State::up) {
    actions_.emplace_back(TellPlugin{std::move(line)});
  }
}

// The process -------------------------------------------------------------------------------------

void Dialogue::begin(Seconds now) {
  launch_at_ = now;
  launch();
}

void Dialogue::launch() {
  state_ = State::starting;
  ++lives_;
  actions_.emplace_back(LaunchPlugin{});
}

void Dialogue::on_start(Seconds now) {
  state_ = State::up;
  proven_ = 0;
  misses_ = 0;
  idle_ = 0;
  last_answer_ = now;
  tell(hello_(lives_));
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

void Dialogue::on_end(const std::string& why, Seconds now) {
  last_loss_ = state_ == State::dying ? cause_ : why;
  late_.clear();
  ++losses_;
  const bool last = losses_ > kMostLosses;
  state_ = last ? State::given_up : State::down;
  const Seconds pause = kFirstPause * std::exp2(losses_ - 1);
  launch_at_ = now + pause;
  for (const Waiting& waiting : std::exchange(waiting_, {})) {
    if (last || waiting.told) {
      hand_over(waiting.ask, std::nullopt);
    } else {
      waiting_.push_back(waiting);  // for the next process
    }
  }
  if (last) {
    faults_[static_cast<std::size_t>(Fault::loss)] = 0;  // to be said in any case
    complain(Fault::loss,
             absl::StrCat(last_loss_, "; that was loss ", losses_, ", so ", options_.fallback,
                          " breeds from here on; see ", options_.log));
  } else {
    complain(Fault::loss,
             absl::StrCat(last_loss_, "; it starts again in ", pause.value, " s, and ",
                          options_.fallback, " breeds what it was asked for; see ", options_.log));
  }
}

void Dialogue::kill(const std::string& why) {
  state_ = State::dying;
  cause_ = why;
  actions_.emplace_back(KillPlugin{});
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
  if (state_ == State::given_up ||
      (state_ == State::down && launch_at_ - now > options_.deadline)) {
    hand_over(ask, std::nullopt);
  } else if (!spare_.empty()) {
    Params params = std::move(spare_.front());
    spare_.pop_front();
    hand_over(ask, std::move(params));
  } else {
    Waiting& waiting = waiting_.emplace_back(Waiting{.ask = ask, .since = now});
    if (state_ == State::up) {
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
  unused_ += params ? 0 : 1;
  actions_.emplace_back(AnswerAsk{ask, std::move(params)});
}

void Dialogue::on_used(std::int64_t ask, const absl::Status& status) {
  if (status.ok()) {
    ++used_;
    losses_ = ++proven_ == kProven ? 0 : losses_;
  } else if (!absl::IsNotFound(status)) {  // else the run has ended
    ++unused_;
    complain(absl::IsAlreadyExists(status) ? Fault::repeated : Fault::refused,
             absl::StrCat("ask ", ask, ": ", std::string(status.message()), "; ", options_.fallback,
                          " breeds this trial instead"));
  }
}

// What it says ------------------------------------------------------------------------------------

void Dialogue::on_line(std::string_view line, bool whole, Seconds now) {
  if (state_ == State::up) {
    idle_ += 1 + line.size() / 1024;
    if (!line.empty()) {
      take(read_plugin_line(line, whole, *space_), now);
    }
    if (idle_ >= kMostIdle) {
      kill("it talked without end and answered nothing, and was killed");
    }
  }
}

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

void Dialogue::take(PluginWord word, Seconds now) {
  using Kind = PluginWord::Kind;
  if (word.kind == Kind::chatter) {
    complain(Fault::chatter,
             absl::StrCat("prints lines that are no JSON objects; they are in ", options_.log,
                          " and nowhere else; print such things to standard error"));
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
  last_answer_ = now;
  misses_ = 0;
  idle_ = 0;
  if (word.kind == Kind::broken) {
    complain(Fault::broken, absl::StrCat("ask ", *ask, ": ", word.why,
                                         late ? ""
                                              : absl::StrCat("; ", options_.fallback,
                                                             " breeds this trial "
                                                             "instead"),
                                         "; the line is in ", options_.log));
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
  const Seconds its_turn = waiting.since + options_.deadline * waiting.ahead;
  return std::min(std::max(waiting.since, last_answer_), its_turn) + options_.deadline;
}

std::optional<Seconds> Dialogue::next_alarm() const {
  std::optional<Seconds> next;
  if (state_ == State::down) {
    next = launch_at_;
  }
  for (const Waiting& waiting : waiting_) {
    next = std::min(next.value_or(due(waiting)), due(waiting));
  }
  return next;
}

void Dialogue::tick(Seconds now) {
  if (state_ == State::down && now >= launch_at_) {
    launch();
  }
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
                                       options_.deadline.value, " s; ", options_.fallback,
                                       " breeds this trial instead; raise the plug-in's deadline "
                                       "if it needs longer"));
    hand_over(late.ask, std::nullopt);
  }
  if (missed && state_ == State::up && ++misses_ >= kMostMisses) {
    kill(absl::StrCat("it missed ", misses_, " deadlines in a row and was killed"));
  }
}

std::string Dialogue::summary() const {
  if (unused_ == 0 && last_loss_.empty()) {
    return "";
  }
  std::string text =
      absl::StrCat(options_.plugin, ": ", used_, " of ", used_ + unused_, " proposals used, ",
                   options_.fallback, " bred ", unused_, " instead");
  if (!last_loss_.empty()) {
    absl::StrAppend(&text, "; it was started ", lives_, " times",
                    state_ == State::given_up ? " and given up" : "", ", last: ", last_loss_);
  }
  return absl::StrCat(text, "; its log: ", options_.log);
}

}  // namespace evolt
