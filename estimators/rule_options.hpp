#pragma once

#include "core/config_error.hpp"
#include "estimators/rule_settings.hpp"
#include "estimators/score.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evolt {

/// What an option of a stopping rule may be.
enum class OptionKind {
  factor,  ///< a number above 1
  share,   ///< a number above 0 and below 1
  amount,  ///< a number, 0 or more
  count,   ///< a whole number, 1 or more
  score,   ///< what trials are ranked by
  flag,    ///< true or false
};

struct RuleOption {
  std::string_view name;
  OptionKind kind = OptionKind::amount;
  bool needed = false;  ///< has no default
};

/// What is wrong with an option of the rule `rule`, which takes `known`: its name, kind or range.
std::optional<Complaint> wrong_option(const std::string& rule, std::span<const RuleOption> known,
                                      const std::string& name, const RuleOptionValue& value);

/// The number of an option, or `usual` where it is not named. Requires: checked.
double option_number(const RuleSettings& rule, const std::string& name, double usual);
std::int64_t option_count(const RuleSettings& rule, const std::string& name, std::int64_t usual);

/// Whether an option is named, and true. Requires: checked.
bool option_flag(const RuleSettings& rule, const std::string& name);

/// The score of the option `score`. Requires: checked.
Score option_score(const RuleSettings& rule, const Score& usual);

}  // namespace evolt
