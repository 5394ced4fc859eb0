#pragma once

#include "core/value.hpp"
#include "islands/rank.hpp"

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <optional>

namespace evolt {

/// Speaks for the plug-ins of a search that its caller drives.
class Suggester {
 public:
  /// Rank::on_suggestion.
  using Answer =
      std::function<absl::Status(std::int64_t ask, const std::optional<Params>& suggestion)>;

  virtual ~Suggester() = default;

  /// Before any of the following.
  virtual void begin(Answer answer) = 0;
  /// Calls the answer before it returns.
  virtual void ask(const AskSuggestion& ask) = 0;
  virtual void tell(const TellStarted& started) = 0;
  virtual void tell(const TellResult& result) = 0;
};

}  // namespace evolt
