#include "propagator/catalogue.hpp"
#include "service/study_file/sections.hpp"

#include <algorithm>
#include <utility>

namespace evolt::detail {
namespace {

std::vector<std::string> read_plugin_command(const Section& plugin) {
  constexpr const char* kAllowed = R"(one text for each argument, as in ["python3", "mine.py"])";
  const Field field = plugin.need("command", kAllowed);
  std::vector<std::string> command;
  for (const Field& argument : field.elements("texts, one for each argument")) {
    command.push_back(argument.text());
  }
  if (command.empty()) {
    field.fail(field.key() + " is empty", kAllowed);
  }
  return command;
}

bool is_plugin_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

PluginSettings read_plugin(const Field& field) {
  const Section section(field.document(), field, keys_of("search.propagator"), field.key());
  PluginSettings plugin;
  plugin.command = read_plugin_command(section);
  if (const auto deadline = section.find("deadline")) {
    plugin.deadline = deadline->duration();
    if (!(plugin.deadline.value > 0)) {
      deadline->fail(deadline->key() + " is out of range", "more than 0 seconds");
    }
  }
  if (const auto fallback = section.find("fallback")) {
    plugin.fallback = fallback->word(propagator_names());
  }
  if (const auto name = section.find("name")) {
    plugin.name = name->text();
    if (!is_plugin_name(plugin.name)) {
      name->fail(name->key() + " cannot stand in reports", "letters, digits, _, - and .");
    }
  }
  return plugin;
}

}  // namespace

PropagatorSettings read_propagator(const Field& field) {
  if (field.is_table()) {
    return read_plugin(field);
  }
  static_cast<void>(field.text());  // complains where there is none
  return field.word(propagator_names());
}

}  // namespace evolt::detail
