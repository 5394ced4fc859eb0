#include "propagator/catalogue.hpp"
#include "service/study_file/sections.hpp"

#include <utility>

namespace evolt::detail {
namespace {

PluginSettings read_plugin(const Field& field) {
  const Section section(field.document(), field, keys_of("search.propagator"), field.key());
  ProgramFields program = read_program(section);
  PluginSettings plugin;
  plugin.command = std::move(program.command);
  plugin.deadline = program.deadline.value_or(plugin.deadline);
  plugin.name = std::move(program.name);
  if (const auto fallback = section.find("fallback")) {
    plugin.fallback = fallback->word(propagator_names());
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
