#include "service/plugin/plugin_process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <variant>

namespace evolt {
namespace {

constexpr double kLongestAlarm = 1e6;  // seconds; then it looks again

}  // namespace

PluginProcess::PluginProcess(boost::asio::io_context& loop, const Clock& clock,
                             Conversation& conversation, Answer answer,
                             std::function<void(const std::string&)> says)
    : clock_(clock),
      conversation_(conversation),
      answer_(std::move(answer)),
      says_(std::move(says)),
      alarm_(loop) {}

absl::Status PluginProcess::open(boost::asio::io_context& loop, LineProgram program) {
  LineEars ears{.line =
                    [this](std::string_view line, bool whole) {
                      with([&](Seconds now) {
                        conversation_.on_line(line, whole, now);
                        conversation_.tick(now);  // lines without end would put it off
                      });
                    },
                .end =
                    [this](const std::string& why) {
                      with([&](Seconds now) { conversation_.on_end(why, now); });
                    }};
  auto process = LineProcess::make(loop, std::move(program), std::move(ears));
  if (!process.ok()) {
    return process.status();
  }
  process_ = *std::move(process);
  return absl::OkStatus();
}

void PluginProcess::begin() {
  with([this](Seconds now) { conversation_.begin(now); });
}

void PluginProcess::settle() {
  for (auto actions = conversation_.take_actions(); !actions.empty();
       actions = conversation_.take_actions()) {
    for (const PluginAction& action : actions) {
      carry_out(action);
    }
  }
  alarm_.cancel();
  if (const auto next = conversation_.next_alarm()) {
    const double left = std::clamp((*next - clock_.now()).value, 0.0, kLongestAlarm);
    // A little late rather than a little early, which would be for nothing.
    alarm_.after(std::chrono::milliseconds(static_cast<std::int64_t>(left * 1e3) + 1),
                 [this] { with([this](Seconds now) { conversation_.tick(now); }); });
  }
}

void PluginProcess::carry_out(const PluginAction& action) {
  if (std::holds_alternative<LaunchPlugin>(action)) {
    if (const absl::Status started = process_->start(); started.ok()) {
      conversation_.on_start(clock_.now());
    } else {
      conversation_.on_end(std::string(started.message()), clock_.now());
    }
  } else if (std::holds_alternative<KillPlugin>(action)) {
    process_->kill();
  } else if (const auto* const tell = std::get_if<TellPlugin>(&action)) {
    process_->write(tell->line);
  } else if (const auto* const warning = std::get_if<WarnUser>(&action)) {
    process_->note(warning->text);
    says_(warning->text);
  } else {
    answer_(action);
  }
}

}  // namespace evolt
