#include "workers/table/table_head.hpp"

#include "core/config_error.hpp"
#include "workers/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace evolt {
namespace {

using Json = nlohmann::json;

/// Far beyond any table, far below where a double counts no more.
constexpr double kLargest = 1e15;
constexpr std::int64_t kMostEpochs = 1'000'000;

/// A whole number, also one that is written as 3.0. Throws std::invalid_argument.
std::int64_t whole(const Json& value, std::string_view key) {
  const double number = value.is_number() ? value.get<double>() : 0.5;
  if (number != std::round(number) || std::abs(number) > kLargest) {
    throw std::invalid_argument(concat('"', key, "\" is ", value.dump(), ", not a whole number"));
  }
  return static_cast<std::int64_t>(number);
}

double real(const Json& value, std::string_view key) {
  if (!value.is_number()) {
    throw std::invalid_argument(concat('"', key, "\" is ", value.dump(), ", not a number"));
  }
  return value.get<double>();
}

/// Throws std::invalid_argument.
const Json& need(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key)) {
    throw std::invalid_argument(concat("has no \"", key, '"'));
  }
  return json.at(key);
}

std::string need_text(const Json& json, const char* key) {
  const Json& value = need(json, key);
  if (!value.is_string()) {
    throw std::invalid_argument(concat('"', key, "\" is ", value.dump(), ", not a text"));
  }
  return value.get<std::string>();
}

/// One parameter's entry. Throws std::invalid_argument and nlohmann's errors; the caller knows the
/// place.
class Entry {
 public:
  explicit Entry(const Json& json) : json_(json), name_(need_text(json, "name")) {}

  const std::string& name() const { return name_; }

  /// Nothing a search could move along.
  bool opaque() const {
    const auto type = need_text(json_, "type");
    const bool listed = json_.contains("choices") && json_.at("choices").is_array();
    return type != "float" && type != "int" && !listed;
  }

  Parameter parameter() const { return {name_, domain(), condition()}; }

 private:
  Domain domain() const {
    const auto type = need_text(json_, "type");
    if (type == "cat" || type == "choice") {
      return ChoiceDomain{values("choices")};
    }
    if (type == "ordinal") {
      return OrdinalDomain{values("choices")};
    }
    if (type != "float" && type != "int") {
      throw std::invalid_argument(
          concat("is of type \"", type, "\"; known are float, int, cat and ordinal"));
    }
    const Scale scale = logarithmic() ? Scale::log : Scale::linear;
    const auto [low, high] = range();
    if (type == "int") {
      return IntDomain{whole(low, "range"), whole(high, "range"), scale};
    }
    return FloatDomain{real(low, "range"), real(high, "range"), scale, {}};
  }

  bool logarithmic() const {
    const Json value = json_.value("log", Json(false));
    if (!value.is_boolean()) {
      throw std::invalid_argument(concat("\"log\" is ", value.dump(), ", not true or false"));
    }
    return value.get<bool>();
  }

  std::pair<Json, Json> range() const {
    if (json_.contains("range")) {
      const Json& both = json_.at("range");
      if (!both.is_array() || both.size() != 2) {
        throw std::invalid_argument(concat("\"range\" is ", both.dump(), ", not [low, high]"));
      }
      return {both[0], both[1]};
    }
    if (!json_.contains("lo") || !json_.contains("hi")) {
      throw std::invalid_argument(R"(has neither "range" nor "lo" and "hi")");
    }
    return {json_.at("lo"), json_.at("hi")};
  }

  std::vector<Value> values(const char* key) const {
    std::vector<Value> values;
    for (const Json& value : need(json_, key)) {
      values.push_back(value_from_json(value));
    }
    return values;
  }

  Condition condition() const {
    if (!json_.contains("parent") || json_.at("parent").is_null()) {
      return {};
    }
    return {{Requirement{.param = need_text(json_, "parent"),
                         .any_of = values("values"),
                         .ge = {},
                         .gt = {},
                         .le = {},
                         .lt = {}}}};
  }

  const Json& json_;
  std::string name_;
};

Json read_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw ConfigError(Complaint{.what = "cannot be read; a table is a directory with space.json, "
                                        "configs.csv and curves.csv (docs/simulate.md)",
                                .file = path});
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    throw ConfigError(Complaint{.what = "is not a JSON object", .file = path});
  }
  return json;
}

/// The directory's own name, however it is written.
std::string name_of(const std::string& directory) {
  std::error_code error;
  return std::filesystem::canonical(directory, error).filename().string();
}

void read_parameters(const Json& json, TableLayout& layout) {
  if (!json.contains("parameters") || !json.at("parameters").is_array()) {
    throw std::invalid_argument("has no list of \"parameters\"");
  }
  for (const Json& each : json.at("parameters")) {
    const Entry entry(each);
    try {
      if (entry.opaque()) {
        layout.opaque = layout.opaque.empty() ? entry.name() : layout.opaque;
      } else {
        layout.parameters.push_back(entry.parameter());
      }
    } catch (const std::exception& error) {
      throw std::invalid_argument(concat("parameter ", entry.name(), " ", error.what()));
    }
  }
}

}  // namespace

TableLayout read_table_layout(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    throw ConfigError(Complaint{.what = "there is no such directory",
                                .key = "--table",
                                .found = directory,
                                .allowed = "a table's directory, or synthetic:N"});
  }
  const std::string path = directory + "/space.json";
  const Json json = read_json(path);
  try {
    TableLayout layout{.file = path};
    layout.head.name = name_of(directory);
    layout.head.score = need_text(json, "score");
    const std::string direction = need_text(json, "direction");
    if (direction != "maximize" && direction != "minimize") {
      throw std::invalid_argument(
          concat("direction is \"", direction, "\"; it may be maximize or minimize"));
    }
    layout.head.maximized = direction == "maximize";
    layout.head.epochs = whole(need(json, "epochs"), "epochs");
    if (layout.head.epochs < 1 || layout.head.epochs > kMostEpochs) {
      throw std::invalid_argument(
          concat("epochs is ", layout.head.epochs, "; it may be 1 to ", kMostEpochs));
    }
    read_parameters(json, layout);
    return layout;
  } catch (const std::exception& wrong) {
    throw ConfigError(Complaint{.what = wrong.what(), .file = path});
  }
}

}  // namespace evolt
