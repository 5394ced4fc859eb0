#include "service/command/ask.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/storage/packed_files.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

/// The id of a trial that the user named by number or id.
absl::StatusOr<TrialId> find_trial_id(const std::string& directory, const std::string& trial) {
  const auto report = ask_study(directory, Json{{"show", trial_name(trial)}});
  if (!report.ok()) {
    return report.status();
  }
  const std::optional<TrialId> id = parse_trial_id(report->value("id", ""));
  return id ? absl::StatusOr<TrialId>(*id)
            : absl::InternalError("the study gave an answer that cannot be understood");
}

ExitCode list_files(const std::string& directory, const TrialId& trial, bool json) {
  const auto files = list_trial_files(directory, trial);
  if (!files.ok()) {
    return complain(files.status());
  }
  if (json) {
    Json list = Json::array();
    for (const TrialFileEntry& file : *files) {
      list.push_back({{"name", file.name},
                      {"size", file.size},
                      {"modified", file.modified.value},
                      {"packed", file.packed}});
    }
    std::cout << printable(Json{{"trial", to_string(trial)}, {"files", std::move(list)}}) << '\n';
  } else {
    for (const TrialFileEntry& file : *files) {
      std::cout << absl::StrFormat("%12d  %-6s  %s\n", file.size, file.packed ? "packed" : "disk",
                                   file.name);
    }
  }
  std::cout << std::flush;
  return std::cout ? ExitCode::complete
                   : complain(ExitCode::storage, "standard output takes no more");
}

bool stays_below(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

ExitCode print_file(const std::string& directory, const TrialId& trial, const std::string& name) {
  if (!stays_below(name)) {
    return complain(ExitCode::usage,
                    absl::StrCat(name, " is no name of a trial's file; evolt show ", directory, " ",
                                 to_string(trial), " --files lists them"));
  }
  const std::string path = trial_folder(directory, trial) + '/' + name;
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    std::ifstream file(path, std::ios::binary);
    if (file && file.peek() == std::ifstream::traits_type::eof()) {
      return ExitCode::complete;
    }
    if (file) {
      std::cout << file.rdbuf() << std::flush;
      return std::cout ? ExitCode::complete
                       : complain(ExitCode::storage, "standard output takes no more");
    }
    if (std::filesystem::exists(path, error)) {
      return complain(ExitCode::storage, absl::StrCat("cannot read ", path));
    }
  }
  const auto content = read_packed_file(directory, trial, name);
  if (absl::IsNotFound(content.status())) {
    return complain(ExitCode::not_found,
                    absl::StrCat("trial ", to_string(trial), " has no file ", name, "; evolt show ",
                                 directory, " ", to_string(trial), " --files lists what it has"));
  }
  if (!content.ok()) {
    return complain(content.status());
  }
  std::cout << *content << std::flush;
  return std::cout ? ExitCode::complete
                   : complain(ExitCode::storage, "standard output takes no more");
}

}  // namespace

ExitCode command_files(const FilesArguments& arguments) {
  if (arguments.trial.empty()) {
    return complain(ExitCode::usage,
                    "--files and --file need a trial: evolt show DIR TRIAL --files");
  }
  const auto trial = find_trial_id(arguments.directory, arguments.trial);
  if (!trial.ok()) {
    return complain(trial.status());
  }
  return arguments.name.empty() ? list_files(arguments.directory, *trial, arguments.json)
                                : print_file(arguments.directory, *trial, arguments.name);
}

}  // namespace evolt
