#include "service/study_file/sections.hpp"

#include <algorithm>

namespace evolt::detail {
namespace {

std::vector<std::string> read_command(const Section& program) {
  constexpr const char* kAllowed = R"(one text for each argument, as in ["python3", "mine.py"])";
  const Field field = program.need("command", kAllowed);
  std::vector<std::string> command;
  for (const Field& argument : field.elements("texts, one for each argument")) {
    command.push_back(argument.text());
  }
  if (command.empty()) {
    field.fail(field.key() + " is empty", kAllowed);
  }
  return command;
}

bool is_program_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

}  // namespace

ProgramFields read_program(const Section& section) {
  ProgramFields program{.command = read_command(section), .deadline = {}, .name = {}};
  if (const auto deadline = section.find("deadline")) {
    program.deadline = deadline->duration();
    if (!(program.deadline->value > 0)) {
      deadline->fail(deadline->key() + " is out of range", "more than 0 seconds");
    }
  }
  if (const auto name = section.find("name")) {
    program.name = name->text();
    if (!is_program_name(program.name)) {
      name->fail(name->key() + " cannot stand in reports", "letters, digits, _, - and .");
    }
  }
  return program;
}

}  // namespace evolt::detail
