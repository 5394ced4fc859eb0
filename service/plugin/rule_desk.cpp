#include "service/plugin/rule_desk.hpp"

#include "service/plugin/plugin_process.hpp"
#include "service/plugin/rule_dialogue.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <filesystem>
#include <utility>
#include <variant>

namespace evolt {
namespace {

std::string log_directory(const std::string& directory, RankId self) {
  return (std::filesystem::absolute(directory) / "plugins" /
          absl::StrCat("rank-", index(self), "-rule"))
      .string();
}

ConversationOptions options_of(const StopperSettings& stopper, RankId self,
                               const std::string& directory) {
  return {.plugin = absl::StrCat(stopper.program->rule(), " ",
                                 absl::StrJoin(stopper.program->command, " "), " (rank ",
                                 index(self), ")"),
          .fallback = stopper.kind.name,
          .log = log_directory(directory, self) + "/log",
          .deadline = stopper.program->deadline};
}

}  // namespace

struct RuleDesk::Parts {
  Parts(boost::asio::io_context& loop, const Study& study, const Clock& clock, RuleSeat seat,
        const std::string& directory)
      : dialogue(options_of(study.stopper, seat.rank, directory),
                 RuleDialogueStudy{.name = study.stopper.program->rule(),
                                   .maximized = seat.maximized,
                                   .hello =
                                       [&study, seat](std::uint64_t life) {
                                         return rule_hello_line(study, seat, life);
                                       }}),
        process(
            loop, clock, dialogue, [this](const PluginAction& action) { answer(action); },
            [this](const std::string& text) { ears.warning(text); }) {}

  void answer(const PluginAction& action) {
    if (const auto* const question = std::get_if<AnswerQuestion>(&action)) {
      const absl::Status status = ears.verdict(*question);
      if (question->in_time) {
        dialogue.on_taken(status);
      }
    } else if (const auto* const recall = std::get_if<RecallTrial>(&action)) {
      ears.recall(recall->trial);
    } else if (std::holds_alternative<GiveUpPlugin>(action)) {
      ears.gone();
    }
  }

  RuleEars ears;
  RuleDialogue dialogue;
  PluginProcess process;
};

absl::StatusOr<std::unique_ptr<RuleDesk>> RuleDesk::open(boost::asio::io_context& loop,
                                                         const Study& study, const Clock& clock,
                                                         RuleSeat seat,
                                                         const std::string& directory) {
  const RankId self = seat.rank;
  auto parts = std::make_unique<Parts>(loop, study, clock, std::move(seat), directory);
  const absl::Status opened = parts->process.open(
      loop, LineProgram{.command = study.stopper.program->command,
                        .directory = study.directory.empty() ? "." : study.directory,
                        .log_directory = log_directory(directory, self)});
  if (!opened.ok()) {
    return absl::Status(opened.code(), absl::StrCat("the program of stopper.kind: ",
                                                    std::string(opened.message())));
  }
  return std::unique_ptr<RuleDesk>(new RuleDesk(std::move(parts)));
}

RuleDesk::RuleDesk(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RuleDesk::~RuleDesk() = default;

void RuleDesk::begin(RuleEars ears, const History& history) {
  parts_->ears = std::move(ears);
  parts_->dialogue.remember(history);
  parts_->process.begin();
}

void RuleDesk::tell(const TellReport& report) {
  parts_->process.with([&](Seconds now) { parts_->dialogue.on_report(report, now); });
}

void RuleDesk::tell(const TellPoint& point) {
  parts_->process.with([&](Seconds) { parts_->dialogue.on_point(point); });
}

void RuleDesk::tell(const TellCurveEnd& end) {
  parts_->process.with([&](Seconds) { parts_->dialogue.on_curve_end(end); });
}

std::string RuleDesk::summary() const {
  return parts_->dialogue.summary();
}

}  // namespace evolt
