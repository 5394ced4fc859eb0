#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/report/text.hpp"
#include "service/socket/study_view.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

/// Asks a study one thing; says on standard error when the answer is not of this moment.
absl::StatusOr<Json> ask(const std::string& directory, const Json& request) {
  const auto view = read_study_view(directory, request.dump());
  if (!view.ok()) {
    return view.status();
  }
  if (const std::string age = age_text(*view); !age.empty()) {
    std::cerr << "evolt: the study itself is out of reach; " << age << std::endl;
  }
  return Json::parse(view->reply).begin().value();
}

/// A trial's number as a number, its id as text.
Json trial_name(const std::string& trial) {
  const bool number = !trial.empty() && trial.size() < 18 &&
                      trial.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(trial)) : Json(trial);
}

ExitCode write(const std::string& text, const std::string& path) {
  if (path.empty()) {
    std::cout << text << std::flush;
    return std::cout ? ExitCode::complete
                     : complain(ExitCode::storage, "standard output takes no more");
  }
  std::ofstream out(path, std::ios::binary);
  out << text << std::flush;
  return out ? ExitCode::complete
             : complain(ExitCode::storage, absl::StrCat("cannot write ", path));
}

using AsText = std::string (*)(const Json& report, TextOptions options);

ExitCode print(const absl::StatusOr<Json>& report, bool json, AsText as_text) {
  if (!report.ok()) {
    return complain(report.status());
  }
  return write(
      json ? printable(*report) + '\n' : as_text(*report, TextOptions{.utf8 = utf8_terminal()}),
      "");
}

}  // namespace

ExitCode command_best(const std::string& directory, bool json) {
  return print(ask(directory, Json{{"best", true}}), json, best_text);
}

ExitCode command_show(const std::string& directory, const std::string& trial, bool json) {
  if (trial.empty()) {
    return print(ask(directory, Json{{"best", true}}), json, operators_text);
  }
  return print(ask(directory, Json{{"show", trial_name(trial)}}), json, show_text);
}

ExitCode command_export(const ExportArguments& arguments) {
  const std::string format = arguments.json ? "json" : arguments.format;
  const auto text = ask(arguments.directory, Json{{"export", format}});
  if (!text.ok()) {
    return complain(text.status());
  }
  return write(text->get<std::string>(), arguments.output);
}

}  // namespace evolt
