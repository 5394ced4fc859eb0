#include "service/plugin/waiting_desk.hpp"

#include "core/clock.hpp"
#include "propagator/encoding.hpp"
#include "service/plugin/plugin_desk.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace evolt {

struct WaitingDesk::Parts {
  Parts(Study its_study, std::function<void(const std::string&)> its_warning)
      : study(std::move(its_study)), encoding(study.space), warning(std::move(its_warning)) {}

  Study study;
  Encoding encoding;
  SystemClock clock;
  boost::asio::io_context io;
  std::function<void(const std::string&)> warning;
  std::unique_ptr<PluginDesk> desk;
  bool waiting = false;
};

absl::StatusOr<std::unique_ptr<WaitingDesk>> WaitingDesk::open(
    const Study& study, const std::string& directory,
    std::function<void(const std::string&)> warning) {
  auto parts = std::make_unique<Parts>(study, std::move(warning));
  auto desk = PluginDesk::open(parts->io, parts->study, parts->encoding, parts->clock,
                               PluginDeskOptions{.directory = directory});
  if (!desk.ok()) {
    return desk.status();
  }
  if (*desk == nullptr) {
    return nullptr;
  }
  parts->desk = *std::move(desk);
  return std::unique_ptr<WaitingDesk>(new WaitingDesk(std::move(parts)));
}

WaitingDesk::WaitingDesk(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
WaitingDesk::~WaitingDesk() = default;

void WaitingDesk::begin(Answer answer) {
  parts_->desk->begin(
      PluginEars{.answer =
                     [this, answer = std::move(answer)](std::int64_t ask,
                                                        const std::optional<Params>& suggestion) {
                       parts_->waiting = false;
                       return answer(ask, suggestion);
                     },
                 .warning = parts_->warning});
}

void WaitingDesk::ask(const AskSuggestion& ask) {
  parts_->io.restart();
  parts_->io.poll();  // an end of the process, say, that came since the last ask
  parts_->waiting = true;
  parts_->desk->ask(ask);
  while (parts_->waiting && parts_->io.run_one() > 0) {
  }
}

void WaitingDesk::tell(const TellStarted& started) {
  parts_->desk->tell(started);
}

void WaitingDesk::tell(const TellResult& result) {
  parts_->desk->tell(result);
}

std::vector<std::string> WaitingDesk::summaries() const {
  return parts_->desk->summaries();
}

}  // namespace evolt
