#pragma once

#include "core/ids.hpp"
#include "core/search_space.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "service/plugin/protocol.hpp"

#include <absl/status/status.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace evolt {

struct DialogueOptions {
  std::string plugin;    ///< how messages name it
  std::string fallback;  ///< what breeds instead, for messages
  std::string log;       ///< where its output is, for messages
  Seconds deadline{5};
};

/// What a dialogue wants done.
struct LaunchPlugin {};  ///< start the process; write no line before it runs
struct KillPlugin {};
struct TellPlugin {
  std::string line;
};
struct AnswerAsk {
  std::int64_t ask = 0;
  std::optional<Params> params;  ///< nullopt: the island's propagator is to breed
};
struct WarnUser {
  std::string text;
};
using DialogueAction = std::variant<LaunchPlugin, KillPlugin, TellPlugin, AnswerAsk, WarnUser>;

/// The conversation with one plug-in as a state machine without process or clock: every ask is
/// answered, whatever the plug-in does.
///
/// An ask is late when the plug-in has answered nothing for `deadline`, or has had a deadline for
/// it and for each ask before it; its answer, should it come, is used for the next ask. A process
/// that dies, misses three deadlines in a row or talks without end (ten thousand lines or ten
/// megabytes that answer nothing) is replaced after a pause of 0.5, 1 and 2 seconds; asks wait for
/// it no longer than the deadline. The fourth loss is the last, but for a process that gave a
/// hundred proposals that were used: then the count begins anew. A new process is told the story so
/// far. Each kind of complaint is made a few times only. Time is handed in. Thread: loop.
class Dialogue {
 public:
  /// Requires: `space` outlives this. `hello(life)` is the first line of the process number `life`.
  Dialogue(DialogueOptions options, const SearchSpace& space,
           std::function<std::string(std::uint64_t life)> hello);

  void begin(Seconds now);

  /// The process runs, after LaunchPlugin.
  void on_start(Seconds now);
  /// It ended, or could not be started.
  void on_end(const std::string& why, Seconds now);
  void on_line(std::string_view line, bool whole, Seconds now);

  /// A trial runs, or has ended: the lines that say so.
  void on_started(const TrialId& trial, std::string line);
  void on_result(const TrialId& trial, std::string line);

  void ask(std::int64_t ask, Seconds now);

  /// What became of a proposal that was given as an answer.
  void on_used(std::int64_t ask, const absl::Status& status);

  /// Time has passed. Call it at next_alarm(), or when you like.
  void tick(Seconds now);
  std::optional<Seconds> next_alarm() const;

  std::vector<DialogueAction> take_actions();

  /// One line on what went wrong; empty when every trial was the plug-in's.
  std::string summary() const;

 private:
  enum class State { down, starting, up, dying, given_up };
  enum class Fault { late, broken, refused, repeated, chatter, unknown, loss, count };

  struct Waiting {
    std::int64_t ask = 0;
    Seconds since;
    bool told = false;  ///< the process that runs has it
    int ahead = 0;      ///< asks that it had then and has not answered
  };

  void launch();
  void tell(std::string line);
  void tell_ask(Waiting& waiting, Seconds now);
  void take(PluginWord word, Seconds now);
  std::optional<std::int64_t> whose(const PluginWord& word);
  void kill(const std::string& why);
  void hand_over(std::int64_t ask, std::optional<Params> params);
  Seconds due(const Waiting& waiting) const;
  void complain(Fault fault, const std::string& text);

  DialogueOptions options_;
  const SearchSpace* space_;
  std::function<std::string(std::uint64_t)> hello_;
  State state_ = State::down;
  std::string cause_;  ///< why it is dying
  std::uint64_t lives_ = 0;
  int losses_ = 0;        ///< since a process proved itself
  int proven_ = 0;        ///< proposals of this process that were used
  int misses_ = 0;        ///< in a row
  std::size_t idle_ = 0;  ///< lines, and kilobytes, since the last answer
  Seconds launch_at_;
  Seconds last_answer_;

  std::deque<Waiting> waiting_;
  std::set<std::int64_t> late_;  ///< asks of this process that were answered without it
  std::deque<Params> spare_;     ///< late answers
  std::vector<std::string> story_;
  std::map<TrialId, std::string> running_;

  std::int64_t used_ = 0;
  std::int64_t unused_ = 0;  ///< asks that the propagator answered
  std::string last_loss_;
  std::array<int, static_cast<std::size_t>(Fault::count)> faults_{};
  std::vector<DialogueAction> actions_;
};

}  // namespace evolt
