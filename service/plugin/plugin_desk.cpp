#include "service/plugin/plugin_desk.hpp"

#include "service/plugin/dialogue.hpp"
#include "service/plugin/protocol.hpp"
#include "service/search/plan.hpp"
#include "workers/line_process.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <filesystem>
#include <utility>
#include <variant>

namespace evolt {
namespace {

constexpr double kLongestAlarm = 1e6;  // seconds; then it looks again

std::string log_directory(const PluginDeskOptions& options, IslandId island) {
  return (std::filesystem::absolute(options.directory) / "plugins" /
          absl::StrCat("rank-", index(options.self), "-island-", index(island)))
      .string();
}

DialogueOptions dialogue_options(const PluginSettings& plugin, const PluginDeskOptions& options,
                                 IslandId island) {
  return {.plugin = absl::StrCat(
              "plug-in ", absl::StrJoin(plugin.command, " "), " (island ", index(island),
              options.layout.ranks() > 1 ? absl::StrCat(", rank ", index(options.self)) : "", ")"),
          .fallback = plugin.fallback,
          .log = log_directory(options, island) + "/log",
          .deadline = plugin.deadline};
}

}  // namespace

/// One island's plug-in: its dialogue, its process and the alarm between them.
class PluginDesk::Seat {
 public:
  Seat(boost::asio::io_context& loop, const Study& study, const Encoding& encoding,
       const Clock& clock, PluginSeat where, DialogueOptions options, const PluginEars& ears)
      : study_(study),
        encoding_(encoding),
        clock_(clock),
        where_(where),
        ears_(ears),
        dialogue_(std::move(options), study.space,
                  [this](std::uint64_t life) { return hello_line(study_, where_, life); }),
        alarm_(loop) {}

  absl::Status open(boost::asio::io_context& loop, LineProgram program) {
    LineEars ears{.line =
                      [this](std::string_view line, bool whole) {
                        dialogue_.on_line(line, whole, clock_.now());
                        dialogue_.tick(clock_.now());  // lines without end would put it off
                        settle();
                      },
                  .end =
                      [this](const std::string& why) {
                        dialogue_.on_end(why, clock_.now());
                        settle();
                      }};
    auto process = LineProcess::make(loop, std::move(program), std::move(ears));
    if (!process.ok()) {
      return process.status();
    }
    process_ = *std::move(process);
    return absl::OkStatus();
  }

  IslandId island() const { return where_.island; }
  std::string summary() const { return dialogue_.summary(); }

  void begin() {
    dialogue_.begin(clock_.now());
    settle();
  }
  void ask(std::int64_t ask) {
    dialogue_.ask(ask, clock_.now());
    settle();
  }
  void tell(const TellStarted& started) {
    const Trial& trial = started.trial;
    dialogue_.on_started(trial.id, started_line(trial.id, trial.params, started.ask));
    settle();
  }
  void tell(const TellResult& result) {
    const Individual& one = result.individual;
    dialogue_.on_result(
        one.id, result_line(one, encoding_.decode(one.genome), result.metrics, study_.objective));
    settle();
  }

 private:
  void settle() {
    for (auto actions = dialogue_.take_actions(); !actions.empty();
         actions = dialogue_.take_actions()) {
      for (const DialogueAction& action : actions) {
        std::visit([this](const auto& what) { carry_out(what); }, action);
      }
    }
    alarm_.cancel();
    if (const auto next = dialogue_.next_alarm()) {
      const double left = std::clamp((*next - clock_.now()).value, 0.0, kLongestAlarm);
      // A little late rather than a little early, which would be for nothing.
      alarm_.after(std::chrono::milliseconds(static_cast<std::int64_t>(left * 1e3) + 1), [this] {
        dialogue_.tick(clock_.now());
        settle();
      });
    }
  }

  void carry_out(const LaunchPlugin& /*launch*/) {
    if (const absl::Status started = process_->start(); started.ok()) {
      dialogue_.on_start(clock_.now());
    } else {
      dialogue_.on_end(std::string(started.message()), clock_.now());
    }
  }
  void carry_out(const KillPlugin& /*kill*/) { process_->kill(); }
  void carry_out(const TellPlugin& tell) { process_->write(tell.line); }
  void carry_out(const AnswerAsk& answer) {
    const absl::Status status = ears_.answer(answer.ask, answer.params);
    if (answer.params) {
      dialogue_.on_used(answer.ask, status);
    }
  }
  void carry_out(const WarnUser& warning) {
    process_->note(warning.text);
    ears_.warning(warning.text);
  }

  const Study& study_;
  const Encoding& encoding_;
  const Clock& clock_;
  PluginSeat where_;
  const PluginEars& ears_;
  Dialogue dialogue_;
  std::unique_ptr<LineProcess> process_;
  LoopTimer alarm_;
};

absl::StatusOr<std::unique_ptr<PluginDesk>> PluginDesk::open(boost::asio::io_context& loop,
                                                             const Study& study,
                                                             const Encoding& encoding,
                                                             const Clock& clock,
                                                             const PluginDeskOptions& options) {
  const std::vector<PropagatorSettings> breeders = propagators_of_islands(study);
  std::unique_ptr<PluginDesk> desk(new PluginDesk);
  for (const IslandId island : options.layout.islands_of(options.self)) {
    const auto* const plugin =
        std::get_if<PluginSettings>(&breeders[static_cast<std::size_t>(index(island))]);
    if (plugin == nullptr) {
      continue;
    }
    const PluginSeat where{
        .island = island, .rank = options.self, .incarnation = options.incarnation};
    desk->seats_.push_back(std::make_unique<Seat>(loop, study, encoding, clock, where,
                                                  dialogue_options(*plugin, options, island),
                                                  desk->ears_));
    const absl::Status opened = desk->seats_.back()->open(
        loop, LineProgram{.command = plugin->command,
                          .directory = study.directory.empty() ? "." : study.directory,
                          .log_directory = log_directory(options, island)});
    if (!opened.ok()) {
      return absl::Status(opened.code(),
                          absl::StrCat("the plug-in of search.propagator or islands.kind: ",
                                       std::string(opened.message())));
    }
  }
  if (desk->seats_.empty()) {
    return nullptr;
  }
  return desk;
}

PluginDesk::~PluginDesk() = default;

void PluginDesk::begin(PluginEars ears) {
  ears_ = std::move(ears);
  for (const auto& each : seats_) {
    each->begin();
  }
}

PluginDesk::Seat& PluginDesk::seat(IslandId island) {
  const auto at = std::find_if(seats_.begin(), seats_.end(),
                               [&](const auto& each) { return each->island() == island; });
  assert(at != seats_.end());
  return **at;
}

void PluginDesk::ask(const AskSuggestion& ask) {
  seat(ask.island).ask(ask.ask);
}

void PluginDesk::tell(const TellStarted& started) {
  seat(started.island).tell(started);
}

void PluginDesk::tell(const TellResult& result) {
  seat(result.island).tell(result);
}

std::vector<std::string> PluginDesk::summaries() const {
  std::vector<std::string> all;
  for (const auto& each : seats_) {
    if (std::string summary = each->summary(); !summary.empty()) {
      all.push_back(std::move(summary));
    }
  }
  return all;
}

}  // namespace evolt
