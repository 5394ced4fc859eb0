#include "workers/command_line.hpp"

#include "core/config_error.hpp"
#include "workers/flat_json.hpp"
#include "workers/text.hpp"

#include <absl/status/status.h>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kParams = "{params}";
constexpr std::string_view kGoal = "goal";

/// The first `{...}` of `word` at or after `from`; both ends npos where there is none.
std::pair<std::size_t, std::size_t> next_place(std::string_view word, std::size_t from) {
  const std::size_t open = word.find('{', from);
  const std::size_t close = open == std::string_view::npos ? open : word.find('}', open);
  return close == std::string_view::npos ? std::pair{close, close} : std::pair{open, close};
}

bool is_executable_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

CommandTemplate::CommandTemplate(std::vector<std::string> command,
                                 std::vector<std::string> parameters, std::vector<std::string> kept)
    : command_(std::move(command)), parameters_(std::move(parameters)), kept_(std::move(kept)) {
  if (command_.empty() || command_.front().empty()) {
    throw ConfigError(
        Complaint{.what = "trial.command names no program",
                  .key = "trial.command",
                  .allowed = R"(a list such as ["python3", "train.py", "{params}"])"});
  }
  for (const std::string& word : command_) {
    if (word.find('\0') != std::string::npos) {
      throw ConfigError(
          Complaint{.what = "trial.command holds a NUL byte", .key = "trial.command"});
    }
    for (auto [open, close] = next_place(word, 0); open != std::string::npos;
         std::tie(open, close) = next_place(word, open + 1)) {
      const std::string name = word.substr(open + 1, close - open - 1);
      const bool of_shell = open > 0 && word[open - 1] == '$';
      if (of_shell || known(name) || name == kGoal || word == kParams) {
        continue;
      }
      const std::string near = nearest_word(name, parameters_);
      if (!near.empty()) {
        throw ConfigError(Complaint{.what = "trial.command names an unknown parameter",
                                    .key = "trial.command",
                                    .found = word,
                                    .nearest = "{" + near + "}"});
      }
    }
  }
}

bool CommandTemplate::known(std::string_view name) const {
  return std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end();
}

bool CommandTemplate::program_varies() const {
  const std::string& word = command_.front();
  for (auto [open, close] = next_place(word, 0); open != std::string::npos;
       std::tie(open, close) = next_place(word, open + 1)) {
    const std::string name = word.substr(open + 1, close - open - 1);
    if (known(name) || name == kGoal) {
      return true;
    }
  }
  return false;
}

bool CommandTemplate::fill_word(std::string_view word, const Params& params, std::string_view goal,
                                std::string& out) const {
  std::size_t done = 0;
  auto [open, close] = next_place(word, 0);
  while (open != std::string_view::npos) {
    const std::string_view name = word.substr(open + 1, close - open - 1);
    const Value* const value = find(params, name);
    if (value == nullptr && known(name)) {
      return false;
    }
    const bool of_shell = open > 0 && word[open - 1] == '$';
    const bool replaced = value != nullptr || (name == kGoal && !of_shell);
    if (replaced) {
      out += concat(word.substr(done, open - done),
                    value != nullptr ? to_text(*value) : std::string(goal));
      done = close + 1;
    }
    std::tie(open, close) = next_place(word, replaced ? done : open + 1);
  }
  out += concat(word.substr(done));
  return true;
}

absl::StatusOr<std::vector<std::string>> CommandTemplate::fill(const Params& params,
                                                               std::int64_t goal) const {
  if (absl::Status status = check_values(params); !status.ok()) {
    return status;
  }
  std::vector<std::string> argv;
  for (const std::string& word : command_) {
    if (word == kParams) {
      for (const auto& [name, value] : params) {
        if (std::find(kept_.begin(), kept_.end(), name) == kept_.end()) {
          argv.push_back(concat("--", name, "=", to_text(value)));
        }
      }
      continue;
    }
    std::string filled;
    if (fill_word(word, params, concat(goal), filled)) {
      argv.push_back(std::move(filled));
    }
  }
  if (argv.empty() || argv.front().empty()) {
    return absl::InvalidArgumentError("trial.command names no program with these parameters");
  }
  return argv;
}

absl::StatusOr<std::string> find_program(std::string_view program, std::string_view search_path,
                                         const std::string& directory) {
  const auto absolute = [&](std::string_view path) {
    while (path.starts_with("./")) {
      path.remove_prefix(2);
    }
    return fs::absolute(fs::path(directory) / path).string();  // an absolute `path` stays as it is
  };
  if (program.find('/') != std::string_view::npos) {
    std::string path = absolute(program);
    std::error_code error;
    if (!fs::exists(path, error)) {
      return absl::NotFoundError(concat("command \"", program, "\" not found: there is no ", path));
    }
    if (!is_executable_file(path)) {
      return absl::PermissionDeniedError(
          concat("command \"", program, "\": ", path, " is not an executable file (chmod +x?)"));
    }
    return path;
  }
  std::string refused;
  for (const std::string_view entry : split(search_path, ':')) {
    std::string path = absolute(concat(entry.empty() ? "." : entry, "/", program));
    if (is_executable_file(path)) {
      return path;
    }
    struct stat info {};
    if (refused.empty() && ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
      refused = path;
    }
  }
  if (!refused.empty()) {
    return absl::PermissionDeniedError(
        concat("command \"", program, "\": ", refused, " may not be executed (chmod +x?)"));
  }
  std::string message = concat("command \"", program, "\" not found; searched PATH: ", search_path);
  if (std::error_code error; fs::exists(fs::path(directory) / fs::path(program), error)) {
    message += concat("; it lies in the study's directory: write \"./", program, "\"");
  }
  return absl::NotFoundError(message);
}

absl::Status check_values(const Params& params) {
  for (const auto& [name, value] : params) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
      continue;
    }
    if (text->find('\0') != std::string::npos) {
      return absl::InvalidArgumentError(
          concat("parameter \"", name, "\" holds a NUL byte, which no program can be given"));
    }
    if (!is_utf8(*text)) {
      return absl::InvalidArgumentError(
          concat("parameter \"", name, "\" is not valid UTF-8: ", printable(*text)));
    }
  }
  return absl::OkStatus();
}

}  // namespace evolt
