#include "service/study.hpp"
#include "service/study_file/json_reader.hpp"
#include "service/study_file/overrides.hpp"
#include "service/study_file/sections.hpp"
#include "service/study_file/toml_reader.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace evolt {
namespace {

using detail::Document;
using detail::Field;
using detail::Member;
using detail::Node;
using detail::Place;
using detail::Section;

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kLargestFile = std::size_t{16} << 20;

void check_schema(const Document& document) {
  if (const Member* const entry = detail::member(document.root, "schema")) {
    const Field field(document, entry->value, "schema", entry->place);
    const std::int64_t schema = field.whole(1);
    if (schema != kSchema) {
      detail::throw_at(document, entry->value.place,
                       Complaint{.what = "schema " + std::to_string(schema) +
                                         " cannot be read: this version of evolt reads schema " +
                                         std::to_string(kSchema),
                                 .key = "schema"});
    }
  }
}

std::string directory_of(const std::string& file) {
  if (file.empty()) {
    return "";
  }
  std::error_code error;
  const auto path = std::filesystem::absolute(file, error);
  return (error ? std::filesystem::path(file) : path).lexically_normal().parent_path().string();
}

/// Takes the key `directory` out of a resolved study; TOML has no such key.
std::optional<std::string> take_directory(Document& document) {
  const Member* const entry = detail::member(document.root, "directory");
  if (entry == nullptr) {
    return std::nullopt;
  }
  const auto* const text = std::get_if<std::string>(&entry->value.value);
  if (text == nullptr) {
    Field(document, entry->value, "directory", entry->place).fail("directory must be a text");
  }
  std::string directory = *text;
  std::erase_if(std::get<Node::Table>(document.root.value),
                [](const Member& each) { return each.key == "directory"; });
  return directory;
}

Document read_document(std::string_view text, const std::string& file,
                       const std::vector<std::string>& overrides, bool json) {
  Document document;
  document.sources.push_back(file.empty() ? "study" : file);
  try {
    if (text.size() > kLargestFile) {
      throw ConfigError("a study file is at most 16 MiB");
    }
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    document.root = json && !blank ? detail::read_json(text, 0) : detail::read_toml(text, 0);
  } catch (const ConfigError& error) {
    throw error.at(document.sources.front(), 0, 0);
  }
  if (!std::holds_alternative<Node::Table>(document.root.value)) {
    Field(document, document.root, "", Place{}).fail("a study must be an object");
  }
  for (const std::string& setting : overrides) {
    detail::apply_override(document, setting);
  }
  if (std::get<Node::Table>(document.root.value).empty()) {
    throw ConfigError(Complaint{.what = "the study is empty: it needs [objective], [trial] and "
                                        "[param]; docs/study-file.md has an example",
                                .file = document.sources.front()});
  }
  return document;
}

}  // namespace

Study parse_study(std::string_view text, const std::string& file,
                  const std::vector<std::string>& overrides, bool json) {
  Document document = read_document(text, file, overrides, json);
  check_schema(document);
  std::optional<std::string> directory;
  if (json) {
    directory = take_directory(document);
  }
  const Section root(document);
  Study study;
  study.directory = directory ? *directory : directory_of(file);
  const Section section = root.table("study");
  study.name = detail::read_name(section, document.sources.front());
  if (const auto seed = section.find("seed")) {
    study.seed = seed->seed();
  }
  study.budget = detail::read_budget(root);
  study.objective = detail::read_objective(root);
  study.space = detail::read_space(root);
  study.start = detail::read_start(root, study.space);
  study.trial = detail::read_trial(root, study.space);
  detail::check_metrics(root, study.trial);
  study.stopper = detail::read_stopper(root, study.objective, study.space);
  study.islands = detail::read_islands(root);
  study.search = detail::read_search(root);
  study.energy = detail::read_energy(root);
  detail::read_energy_budget(root, study.energy, study.objective, study.budget);
  if (!directory) {  // a resolved study has every key
    detail::check_propagators(root);
  }
  return study;
}

Study read_study(const std::string& path, const std::vector<std::string>& overrides) {
  const auto unreadable = [&](int error) {
    return ConfigError(Complaint{
        .what = "cannot be read: " + std::generic_category().message(error), .file = path});
  };
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (file == nullptr) {
    throw unreadable(errno);
  }
  std::string text;
  char block[1 << 16];
  while (text.size() <= kLargestFile) {
    const std::size_t count = std::fread(block, 1, sizeof block, file.get());
    text.append(block, count);
    if (count < sizeof block) {
      break;
    }
  }
  if (std::ferror(file.get()) != 0) {
    throw unreadable(errno);
  }
  constexpr std::string_view kJson = ".json";
  const bool json = path.size() >= kJson.size() &&
                    path.compare(path.size() - kJson.size(), kJson.size(), kJson) == 0;
  return parse_study(text, path, overrides, json);
}

}  // namespace evolt
