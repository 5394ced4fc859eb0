#pragma once

#include "core/ids.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "core/verdict.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {

/// What a conversation with a plug-in wants done.
struct LaunchPlugin {};  ///< start the process; write no line before it runs
struct KillPlugin {};
struct TellPlugin {
  std::string line;
};
struct WarnUser {
  std::string text;
};
/// It is not started again; everything that was asked has been answered.
struct GiveUpPlugin {};
struct AnswerAsk {
  std::int64_t ask = 0;
  std::optional<Params> params;  ///< nullopt: the island's propagator is to breed
};
/// For Rank::on_verdict.
struct AnswerQuestion {
  TrialId trial;
  std::int32_t attempt = 0;
  std::int64_t step = 0;
  Verdict verdict;
  bool in_time = false;  ///< the program's own, and what was asked for
};
/// For Rank::on_recall.
struct RecallTrial {
  TrialId trial;
};
using PluginAction = std::variant<LaunchPlugin, KillPlugin, TellPlugin, WarnUser, GiveUpPlugin,
                                  AnswerAsk, AnswerQuestion, RecallTrial>;

/// How messages speak of what a plug-in is for.
struct PluginTrade {
  std::string_view goods;  ///< `proposals`
  std::string_view does;   ///< its fallback `breeds`
  std::string_view did;    ///< its fallback `bred`
};
inline constexpr PluginTrade kBreeding{"proposals", "breeds", "bred"};
inline constexpr PluginTrade kJudging{"verdicts", "judges", "judged"};

struct ConversationOptions {
  std::string plugin;    ///< how messages name it
  std::string fallback;  ///< what does its work instead, for messages
  std::string log;       ///< where its output is, for messages
  Seconds deadline{5};
};

/// The conversation with one plug-in as a state machine without process or clock: its life, and
/// what is done about one that dies, is silent, or talks nonsense. What it is asked, and that each
/// question is answered whatever it does, is for who derives from this.
///
/// A process that dies, misses three deadlines in a row or talks without end (ten thousand lines or
/// ten megabytes that answer nothing) is replaced after a pause of 0.5, 1 and 2 seconds. The fourth
/// loss is the last, but for a process that gave a hundred answers that were used: then the count
/// begins anew. Each kind of complaint is made a few times only. Time is handed in. Thread: loop.
class Conversation {
 public:
  virtual ~Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void begin(Seconds now);

  /// The process runs, after LaunchPlugin.
  void on_start(Seconds now);
  /// It ended, or could not be started.
  void on_end(const std::string& why, Seconds now);
  void on_line(std::string_view line, bool whole, Seconds now);

  /// Time has passed. Call it at next_alarm(), or when you like.
  void tick(Seconds now);
  std::optional<Seconds> next_alarm() const;

  std::vector<PluginAction> take_actions();

  /// One line on what went wrong; empty when all the work was the plug-in's.
  std::string summary() const;

 protected:
  enum class Fault { late, broken, refused, repeated, chatter, unknown, loss, count };

  Conversation(ConversationOptions options, PluginTrade trade)
      : options_(std::move(options)), trade_(trade) {}

  // For who derives.

  /// A process runs: what it must know first. `life` 1, 2, 3, ... counts those of one run.
  virtual void greet(std::uint64_t life, Seconds now) = 0;
  /// It is gone. What it was asked is answered without it; what it was not, too when it was the
  /// `last`, and else waits for the next.
  virtual void mourn(bool last) = 0;
  /// A line that is not empty.
  virtual void hear(std::string_view line, bool whole, Seconds now) = 0;
  /// Answers what waits no longer; whether the process was asked it.
  virtual bool answer_late(Seconds now) = 0;
  /// When the first that waits does so no longer.
  virtual std::optional<Seconds> next_due() const = 0;

  const ConversationOptions& options() const { return options_; }
  bool up() const { return state_ == State::up; }
  /// Nobody will answer within the deadline.
  bool hopeless(Seconds now) const;
  Seconds last_answer() const { return last_answer_; }

  template <class What>
  void want(What what) {
    actions_.emplace_back(std::move(what));
  }
  /// To a process that runs; else nothing happens.
  void tell(std::string line);
  /// It answered a question.
  void answered(Seconds now);
  /// What it answered was used.
  void used();
  /// The fallback did its work.
  void unused() { ++unused_; }
  void complain(Fault fault, const std::string& text);
  void complain_of_chatter();

 private:
  enum class State { down, starting, up, dying, given_up };

  void launch();
  void kill(const std::string& why);

  ConversationOptions options_;
  PluginTrade trade_;
  State state_ = State::down;
  std::string cause_;  ///< why it is dying
  std::uint64_t lives_ = 0;
  int losses_ = 0;        ///< since a process proved itself
  int proven_ = 0;        ///< answers of this process that were used
  int misses_ = 0;        ///< deadlines, in a row
  std::size_t idle_ = 0;  ///< lines, and kilobytes, since the last answer
  Seconds launch_at_;
  Seconds last_answer_;
  std::int64_t used_ = 0;
  std::int64_t unused_ = 0;
  std::string last_loss_;
  std::array<int, static_cast<std::size_t>(Fault::count)> faults_{};
  std::vector<PluginAction> actions_;
};

}  // namespace evolt
