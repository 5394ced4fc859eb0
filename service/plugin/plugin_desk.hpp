#pragma once

#include "core/clock.hpp"
#include "islands/rank.hpp"
#include "propagator/encoding.hpp"
#include "service/study.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// Whose plug-ins, and where they write their logs: `DIRECTORY/plugins/rank-R-island-I/log`.
struct PluginDeskOptions {
  RankId self{};
  Layout layout{1, 1};
  std::uint32_t incarnation = 1;
  std::string directory;  ///< of the study
};

/// What a desk has to say.
struct PluginEars {
  /// The answer to an ask; what it returns is Rank::on_suggestion's.
  std::function<absl::Status(std::int64_t ask, const std::optional<Params>& suggestion)> answer;
  std::function<void(const std::string& text)> warning;
};

/// The plug-ins of one rank: one process for each of its islands that breeds by one. Takes the
/// rank's actions that concern them and answers each ask, in time, whatever a plug-in does (see
/// Dialogue). The processes go with it. Thread: loop.
class PluginDesk {
 public:
  /// nullptr where no island of this rank has a plug-in. Requires: all that is handed in outlives
  /// the desk. Errors: as LineProcess::make, naming the plug-in.
  static absl::StatusOr<std::unique_ptr<PluginDesk>> open(boost::asio::io_context& loop,
                                                          const Study& study,
                                                          const Encoding& encoding,
                                                          const Clock& clock,
                                                          const PluginDeskOptions& options);
  ~PluginDesk();

  /// Starts the processes. Before any of the following.
  void begin(PluginEars ears);

  /// May answer before it returns.
  void ask(const AskSuggestion& ask);
  void tell(const TellStarted& started);
  void tell(const TellResult& result);

  /// A line for each plug-in with which something went wrong.
  std::vector<std::string> summaries() const;

 private:
  class Seat;
  PluginDesk() = default;
  Seat& seat(IslandId island);

  std::vector<std::unique_ptr<Seat>> seats_;
  PluginEars ears_;
};

}  // namespace evolt
