#include "service/command/ask.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/report/text.hpp"
#include "service/report/within.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

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

ExitCode command_best(const std::string& directory, const std::string& within, bool json) {
  if (within.empty()) {
    return print(ask_study(directory, Json{{"best", true}}), json, best_text);
  }
  if (const auto margin = parse_margin(within); !margin.ok()) {
    return complain(ExitCode::usage, std::string(margin.status().message()));
  }
  const auto report = ask_study(directory, Json{{"best", Json{{"within", within}}}});
  if (report.ok() && !report->contains("within")) {
    return complain(ExitCode::try_again,
                    "the evolt that runs this study is older and knows no --within; ask again when "
                    "it has ended");
  }
  return print(report, json, best_text);
}

ExitCode command_show(const std::string& directory, const std::string& trial, bool json) {
  if (trial.empty()) {
    return print(ask_study(directory, Json{{"best", true}}), json, operators_text);
  }
  return print(ask_study(directory, Json{{"show", trial_name(trial)}}), json, show_text);
}

ExitCode command_export(const ExportArguments& arguments) {
  const std::string format = arguments.json ? "json" : arguments.format;
  const auto text = ask_study(arguments.directory, Json{{"export", format}});
  if (!text.ok()) {
    return complain(text.status());
  }
  return write(text->get<std::string>(), arguments.output);
}

}  // namespace evolt
