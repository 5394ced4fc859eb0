#include "service/plugin/conversation.hpp"

#include "workers/flat_json.hpp"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt {
namespace {

constexpr int kMostLosses = 3;            // then it is given up
constexpr int kMostMisses = 3;            // deadlines in a row
constexpr int kProven = 100;              // answers used, until losses are forgiven
constexpr std::size_t kMostIdle = 10000;  // lines that answer nothing, in a row, or kilobytes
constexpr int kMostSaid = 3;              // complaints of a kind
constexpr Seconds kFirstPause{0.5};

}  // namespace

std::vector<PluginAction> Conversation::take_actions() {
  return std::exchange(actions_, {});
}

void Conversation::complain(Fault fault, const std::string& text) {
  const int said = ++faults_[static_cast<std::size_t>(fault)];
  if (said <= kMostSaid) {
    // It may quote the plug-in, and stays one line of a sensible length.
    constexpr std::size_t kLongest = 1000;
    want(WarnUser{absl::StrCat(options_.plugin, ": ",
                               printable(std::string_view(text).substr(0, kLongest)),
                               said == kMostSaid ? " (more of this kind is not said)" : "")});
  }
}

void Conversation::complain_of_chatter() {
  complain(Fault::chatter,
           absl::StrCat("prints lines that are no JSON objects; they are in ", options_.log,
                        " and nowhere else; print such things to standard error"));
}

void Conversation::tell(std::string line) {
  if (up()) {
    want(TellPlugin{std::move(line)});
  }
}

void Conversation::answered(Seconds now) {
  last_answer_ = now;
  misses_ = 0;
  idle_ = 0;
}

void Conversation::used() {
  ++used_;
  losses_ = ++proven_ == kProven ? 0 : losses_;
}

// The process -------------------------------------------------------------------------------------

void Conversation::begin(Seconds now) {
  launch_at_ = now;
  launch();
}

void Conversation::launch() {
  state_ = State::starting;
  ++lives_;
  want(LaunchPlugin{});
}

void Conversation::on_start(Seconds now) {
  state_ = State::up;
  proven_ = 0;
  misses_ = 0;
  idle_ = 0;
  last_answer_ = now;
  greet(lives_, now);
}

void Conversation::on_end(const std::string& why, Seconds now) {
  last_loss_ = state_ == State::dying ? cause_ : why;
  ++losses_;
  const bool last = losses_ > kMostLosses;
  state_ = last ? State::given_up : State::down;
  const Seconds pause = kFirstPause * std::exp2(losses_ - 1);
  launch_at_ = now + pause;
  mourn(last);
  if (last) {
    faults_[static_cast<std::size_t>(Fault::loss)] = 0;  // to be said in any case
    complain(Fault::loss,
             absl::StrCat(last_loss_, "; that was loss ", losses_, ", so ", options_.fallback, " ",
                          std::string(trade_.does), " from here on; see ", options_.log));
    want(GiveUpPlugin{});
  } else {
    complain(Fault::loss, absl::StrCat(last_loss_, "; it starts again in ", pause.value, " s, and ",
                                       options_.fallback, " ", std::string(trade_.does),
                                       " what it was asked for; see ", options_.log));
  }
}

void Conversation::kill(const std::string& why) {
  state_ = State::dying;
  cause_ = why;
  want(KillPlugin{});
}

bool Conversation::hopeless(Seconds now) const {
  return state_ == State::given_up ||
         (state_ == State::down && launch_at_ - now > options_.deadline);
}

void Conversation::on_line(std::string_view line, bool whole, Seconds now) {
  if (!up()) {
    return;
  }
  idle_ += 1 + line.size() / 1024;
  if (!line.empty()) {
    hear(line, whole, now);
  }
  if (idle_ >= kMostIdle) {
    kill("it talked without end and answered nothing, and was killed");
  }
}

// Time --------------------------------------------------------------------------------------------

std::optional<Seconds> Conversation::next_alarm() const {
  std::optional<Seconds> next = next_due();
  if (state_ == State::down) {
    next = std::min(next.value_or(launch_at_), launch_at_);
  }
  return next;
}

void Conversation::tick(Seconds now) {
  if (state_ == State::down && now >= launch_at_) {
    launch();
  }
  if (answer_late(now) && up() && ++misses_ >= kMostMisses) {
    kill(absl::StrCat("it missed ", misses_, " deadlines in a row and was killed"));
  }
}

std::string Conversation::summary() const {
  if (unused_ == 0 && last_loss_.empty()) {
    return "";
  }
  std::string text = absl::StrCat(options_.plugin, ": ", used_, " of ", used_ + unused_, " ",
                                  std::string(trade_.goods), " used, ", options_.fallback, " ",
                                  std::string(trade_.did), " ", unused_, " instead");
  if (!last_loss_.empty()) {
    absl::StrAppend(&text, "; it was started ", lives_, " times",
                    state_ == State::given_up ? " and given up" : "", ", last: ", last_loss_);
  }
  return absl::StrCat(text, "; its log: ", options_.log);
}

}  // namespace evolt
