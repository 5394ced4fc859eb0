#include "estimators/catalogue.hpp"
#include "service/study_file/sections.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace evolt::detail {
namespace {

constexpr const char* kForms =
    R"("NAME", { name = "NAME", OPTION = ... } or { any_of = ["NAME", ...] })";

bool is_program(const Field& field) {
  if (!field.is_table()) {
    return false;
  }
  const std::vector<Field> members = field.members();
  return std::any_of(members.begin(), members.end(),
                     [&](const Field& member) { return member.key() == field.key() + ".command"; });
}

void refuse(const Field& field, std::optional<Complaint> complaint) {
  if (complaint) {
    complaint->key = field.key();
    throw_at(field.document(), field.key_place(), *std::move(complaint));
  }
}

std::string key_in(const Field& table, const Field& member) {
  return member.key().substr(table.key().size() + 1);
}

std::vector<RuleSettings> read_rules(const Field& field) {
  std::vector<RuleSettings> rules;
  for (const Field& rule : field.elements("stopping rules")) {
    rules.push_back(read_rule(rule));
  }
  return rules;
}

std::string read_rule_name(const Field& field) {
  std::vector<std::string> names = estimator_names();
  const std::vector<std::string> combined = combined_rule_names();
  names.insert(names.end(), combined.begin(), combined.end());
  return field.word(names);
}

/// `{ any_of = [...] }` and `{ all_of = [...] }`: short for a name and `rules`.
std::optional<RuleSettings> read_short(const Field& field, const std::vector<Field>& members) {
  for (const Field& member : members) {
    const std::string key = key_in(field, member);
    if (key == "any_of" || key == "all_of") {
      if (members.size() > 1) {
        field.fail(key + " stands alone in its table");
      }
      RuleSettings settings = key;
      settings.rules = read_rules(member);
      refuse(member, wrong_parts(settings));
      return settings;
    }
  }
  return std::nullopt;
}

RuleOptionValue read_option(const Field& field) {
  if (std::holds_alternative<std::string>(field.node().value)) {
    return field.text();
  }
  if (std::holds_alternative<bool>(field.node().value)) {
    return field.flag();
  }
  return field.number();
}

}  // namespace

RuleSettings read_rule(const Field& field) {
  if (!field.is_table()) {
    static_cast<void>(field.text());  // complains where there is none
    return field.word(estimator_names());
  }
  if (is_program(field)) {
    field.fail("a rule that is a program is no part of another rule, and no fallback of one",
               "stopper.kind = { command = [...] } alone");
  }
  const std::vector<Field> members = field.members();
  if (auto settings = read_short(field, members)) {
    return *std::move(settings);
  }
  std::optional<RuleSettings> settings;
  for (const Field& member : members) {
    const std::string key = key_in(field, member);
    if (key == "name") {
      settings = read_rule_name(member);
    }
  }
  if (!settings) {
    field.fail(field.key() + " does not name its rule", kForms);
  }
  for (const Field& member : members) {
    const std::string key = key_in(field, member);
    if (key == "rules") {
      settings->rules = read_rules(member);
    } else if (key != "name") {
      const RuleOptionValue value = read_option(member);
      refuse(member, wrong_option(settings->name, key, value));
      settings->options.emplace(key, value);
    }
  }
  refuse(field, wrong_parts(*settings));
  return *std::move(settings);
}

void read_rule_or_program(const Field& field, StopperSettings& stopper) {
  if (!is_program(field)) {
    stopper.kind = read_rule(field);
    return;
  }
  const Section section(field.document(), field, keys_of("stopper.kind"), field.key());
  ProgramFields fields = read_program(section);
  RuleProgram& program = stopper.program.emplace();
  program.command = std::move(fields.command);
  program.deadline = fields.deadline.value_or(program.deadline);
  program.name = std::move(fields.name);
  if (const auto fallback = section.find("fallback")) {
    stopper.kind = read_rule(*fallback);
  }
}

}  // namespace evolt::detail
