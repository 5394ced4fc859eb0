#include "service/plugin/plugin_desk.hpp"

#include "service/plugin/dialogue.hpp"
#include "service/plugin/plugin_process.hpp"
#include "service/plugin/protocol.hpp"
#include "service/search/plan.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <utility>
#include <variant>

namespace evolt {
namespace {

std::string log_directory(const PluginDeskOptions& options, IslandId island) {
  return (std::filesystem::absolute(options.directory) / "plugins" /
          absl::StrCat("rank-", index(options.self), "-island-", index(island)))
      .string();
}

ConversationOptions dialogue_options(const PluginSettings& plugin, const PluginDeskOptions& options,
                                     IslandId island) {
  return {.plugin = absl::StrCat(
              "plug-in ", absl::StrJoin(plugin.command, " "), " (island ", index(island),
              options.layout.ranks() > 1 ? absl::StrCat(", rank ", index(options.self)) : "", ")"),
          .fallback = plugin.fallback,
          .log = log_directory(options, island) + "/log",
          .deadline = plugin.deadline};
}

}  // namespace

/// One island's plug-in: its dialogue and its process.
class PluginDesk::Seat {
 public:
  Seat(boost::asio::io_context& loop, const Study& study, const Encoding& encoding,
       const Clock& clock, PluginSeat where, ConversationOptions options, const PluginEars& ears)
      : study_(study),
        encoding_(encoding),
        where_(where),
        ears_(ears),
        dialogue_(std::move(options), study.space,
                  [this](std::uint64_t life) { return hello_line(study_, where_, life); }),
        process_(
            loop, clock, dialogue_, [this](const PluginAction& action) { answer(action); },
            [this](const std::string& text) { ears_.warning(text); }) {}

  absl::Status open(boost::asio::io_context& loop, LineProgram program) {
    return process_.open(loop, std::move(program));
  }

  IslandId island() const { return where_.island; }
  std::string summary() const { return dialogue_.summary(); }

  void begin() { process_.begin(); }
  void ask(std::int64_t ask) {
    process_.with([&](Seconds now) { dialogue_.ask(ask, now); });
  }
  void tell(const TellStarted& started) {
    const Trial& trial = started.trial;
    process_.with([&](Seconds) {
      dialogue_.on_started(trial.id, started_line(trial.id, trial.params, started.ask));
    });
  }
  void tell(const TellResult& result) {
    const Individual& one = result.individual;
    process_.with([&](Seconds) {
      dialogue_.on_result(
          one.id, result_line(one, encoding_.decode(one.genome), result.metrics, study_.objective));
    });
  }

 private:
  void answer(const PluginAction& action) {
    if (const auto* const given = std::get_if<AnswerAsk>(&action)) {
      const absl::Status status = ears_.answer(given->ask, given->params);
      if (given->params) {
        dialogue_.on_used(given->ask, status);
      }
    }
  }

  const Study& study_;
  const Encoding& encoding_;
  PluginSeat where_;
  const PluginEars& ears_;
  Dialogue dialogue_;
  PluginProcess process_;
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
