#pragma once

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace evolt {

/// A number, a word, or whether something holds.
using RuleOptionValue = std::variant<double, std::string, bool>;

/// A stopping rule as a study names it: `"asha"`, `{ name = "asha", eta = 4 }`, or
/// `{ any_of = ["median", "patience"] }`.
struct RuleSettings {
  RuleSettings() = default;

  /// By name alone; implicit, because that is how most are named.
  template <std::convertible_to<std::string_view> Name>
  RuleSettings(const Name& rule) : name(std::string_view(rule)) {}

  std::string name = "default";
  std::map<std::string, RuleOptionValue> options;  ///< what is not named has its default
  std::vector<RuleSettings> rules;                 ///< of a rule that is made of others

  friend bool operator==(const RuleSettings&, const RuleSettings&) = default;
};

}  // namespace evolt
