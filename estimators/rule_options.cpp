#include "estimators/rule_options.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// Ru et al. 2021 use the newest loss alone, and 0.9 in their released script.
constexpr std::pair<std::string_view, Score> kScores[] = {
    {"best", kBest},
    {"last", kLast},
    {"tse", {Score::Kind::tse, 0}},
    {"tse_e", kLoss},
    {"tse_ema", {Score::Kind::tse_ema, 0.9}},
    {"lcga", {Score::Kind::slope, 0}},
};

/// 2^53: beyond, whole numbers are not told apart.
constexpr double kMostCount = 9007199254740992.0;

std::string allowed(OptionKind kind) {
  switch (kind) {
    case OptionKind::factor:
      return "a number above 1";
    case OptionKind::share:
      return "a number above 0 and below 1";
    case OptionKind::amount:
      return "a number, 0 or more";
    case OptionKind::count:
      return "a whole number, 1 or more";
    case OptionKind::flag:
      return "true, false";
    case OptionKind::score:
      break;
  }
  return absl::StrJoin(kScores, ", ",
                       [](std::string* out, const auto& score) { *out += score.first; });
}

bool fits(OptionKind kind, double number) {
  switch (kind) {
    case OptionKind::factor:
      return number > 1 && std::isfinite(number);
    case OptionKind::share:
      return number > 0 && number < 1;
    case OptionKind::amount:
      return number >= 0 && std::isfinite(number);
    case OptionKind::count:
      return number >= 1 && number <= kMostCount && number == std::floor(number);
    case OptionKind::score:
    case OptionKind::flag:
      break;
  }
  return false;
}

const Score* score_named(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kScores), std::end(kScores),
                                         [&](const auto& score) { return score.first == name; });
  return found == std::end(kScores) ? nullptr : &found->second;
}

std::string text(const RuleOptionValue& value) {
  if (const auto* const word = std::get_if<std::string>(&value)) {
    return '"' + *word + '"';
  }
  const auto* const flag = std::get_if<bool>(&value);
  return flag == nullptr ? absl::StrCat(std::get<double>(value)) : *flag ? "true" : "false";
}

}  // namespace

std::optional<Complaint> wrong_option(const std::string& rule, std::span<const RuleOption> known,
                                      const std::string& name, const RuleOptionValue& value) {
  const auto option = std::find_if(known.begin(), known.end(),
                                   [&](const RuleOption& each) { return each.name == name; });
  if (option == known.end()) {
    std::vector<std::string> names;
    for (const RuleOption& each : known) {
      names.emplace_back(each.name);
    }
    return Complaint{.what = absl::StrCat("unknown option ", name, " of the stopping rule ", rule),
                     .key = "stopper.kind",
                     .found = name,
                     .allowed = names.empty() ? "it has none" : absl::StrJoin(names, ", "),
                     .nearest = nearest_word(name, names)};
  }
  const auto* const number = std::get_if<double>(&value);
  const auto* const word = std::get_if<std::string>(&value);
  const bool good =
      option->kind == OptionKind::score  ? word != nullptr && score_named(*word) != nullptr
      : option->kind == OptionKind::flag ? std::holds_alternative<bool>(value)
                                         : number != nullptr && fits(option->kind, *number);
  if (good) {
    return std::nullopt;
  }
  return Complaint{.what = absl::StrCat("the option ", name, " of the stopping rule ", rule,
                                        " has no such value"),
                   .key = "stopper.kind",
                   .found = text(value),
                   .allowed = allowed(option->kind)};
}

double option_number(const RuleSettings& rule, const std::string& name, double usual) {
  const auto found = rule.options.find(name);
  return found == rule.options.end() ? usual : std::get<double>(found->second);
}

std::int64_t option_count(const RuleSettings& rule, const std::string& name, std::int64_t usual) {
  return static_cast<std::int64_t>(option_number(rule, name, static_cast<double>(usual)));
}

bool option_flag(const RuleSettings& rule, const std::string& name) {
  const auto found = rule.options.find(name);
  return found != rule.options.end() && std::get<bool>(found->second);
}

Score option_score(const RuleSettings& rule, const Score& usual) {
  const auto found = rule.options.find("score");
  if (found == rule.options.end()) {
    return usual;
  }
  const Score* const score = score_named(std::get<std::string>(found->second));
  assert(score != nullptr);
  return *score;
}

}  // namespace evolt
