#pragma once

#include "core/ids.hpp"
#include "core/search_space.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "service/plugin/conversation.hpp"
#include "service/plugin/protocol.hpp"

#include <absl/status/status.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// The conversation with a plug-in that proposes configurations: every ask is answered, whatever it
/// does.
///
/// An ask is late when the plug-in has answered nothing for the deadline, or has had a deadline for
/// it and for each ask before it; its answer, should it come, is used for the next ask. Asks wait
/// for a process that is started again no longer than the deadline. A new process is told the story
/// so far. Thread: loop.
class Dialogue final : public Conversation {
 public:
  /// Requires: `space` outlives this. `hello(life)` is the first line of the process number `life`.
  Dialogue(ConversationOptions options, const SearchSpace& space,
           std::function<std::string(std::uint64_t life)> hello);

  /// A trial runs, or has ended: the lines that say so.
  void on_started(const TrialId& trial, std::string line);
  void on_result(const TrialId& trial, std::string line);

  void ask(std::int64_t ask, Seconds now);

  /// What became of a proposal that was given as an answer.
  void on_used(std::int64_t ask, const absl::Status& status);

 private:
  struct Waiting {
    std::int64_t ask = 0;
    Seconds since;
    bool told = false;  ///< the process that runs has it
    int ahead = 0;      ///< asks that it had then and has not answered
  };

  void greet(std::uint64_t life, Seconds now) override;
  void mourn(bool last) override;
  void hear(std::string_view line, bool whole, Seconds now) override;
  bool answer_late(Seconds now) override;
  std::optional<Seconds> next_due() const override;

  void tell_ask(Waiting& waiting, Seconds now);
  std::optional<std::int64_t> whose(const PluginWord& word);
  void hand_over(std::int64_t ask, std::optional<Params> params);
  Seconds due(const Waiting& waiting) const;

  const SearchSpace* space_;
  std::function<std::string(std::uint64_t)> hello_;
  std::deque<Waiting> waiting_;
  std::set<std::int64_t> late_;  ///< asks of this process that were answered without it
  std::deque<Params> spare_;     ///< late answers
  std::vector<std::string> story_;
  std::map<TrialId, std::string> running_;
};

}  // namespace evolt
