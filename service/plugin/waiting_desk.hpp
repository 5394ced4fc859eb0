#pragma once

#include "service/search/suggester.hpp"
#include "service/study.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace evolt {

/// A desk for who has no event loop: each ask waits for its answer, which the deadline bounds.
/// Between asks nobody looks at what a plug-in says.
class WaitingDesk final : public Suggester {
 public:
  /// nullptr where no island has a plug-in. `directory`: logs go below it. Errors: as
  /// PluginDesk::open.
  static absl::StatusOr<std::unique_ptr<WaitingDesk>> open(
      const Study& study, const std::string& directory,
      std::function<void(const std::string& text)> warning);
  ~WaitingDesk() override;

  void begin(Answer answer) override;
  void ask(const AskSuggestion& ask) override;
  void tell(const TellStarted& started) override;
  void tell(const TellResult& result) override;

  /// As PluginDesk::summaries.
  std::vector<std::string> summaries() const;

 private:
  struct Parts;
  explicit WaitingDesk(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace evolt
