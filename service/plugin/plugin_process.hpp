#pragma once

#include "core/clock.hpp"
#include "service/plugin/conversation.hpp"
#include "workers/event_loop.hpp"
#include "workers/line_process.hpp"

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// Joins a conversation with a process and a clock. The process goes with it. Thread: loop.
class PluginProcess {
 public:
  /// Takes the actions that are answers: all but LaunchPlugin, KillPlugin, TellPlugin and WarnUser.
  using Answer = std::function<void(const PluginAction&)>;

  /// `says` hears warnings. Requires: all that is handed in outlives this.
  PluginProcess(boost::asio::io_context& loop, const Clock& clock, Conversation& conversation,
                Answer answer, std::function<void(const std::string&)> says);
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;

  /// Before all else. Errors: as LineProcess::make.
  absl::Status open(boost::asio::io_context& loop, LineProgram program);

  /// Starts the process.
  void begin();

  /// Calls `change` with the time, and does what the conversation then wants.
  template <class Change>
  void with(Change change) {
    change(clock_.now());
    settle();
  }

 private:
  void settle();
  void carry_out(const PluginAction& action);

  const Clock& clock_;
  Conversation& conversation_;
  Answer answer_;
  std::function<void(const std::string&)> says_;
  std::unique_ptr<LineProcess> process_;
  LoopTimer alarm_;
};

}  // namespace evolt
