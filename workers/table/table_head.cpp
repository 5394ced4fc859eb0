#include "workers/table/table_head.hpp"

#include "core/config_error.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace evolt {
namespace {

using Json = nlohmann::json;

/// A key that must be there, of the kind that is wanted. Throws std::invalid_argument.
template <typename Wanted>
Wanted need(const Json& json, const char* key, const char* kind) {
  if (!json.contains(key)) {
    throw std::invalid_argument(absl::StrCat("has no \"", key, "\""));
  }
  const Json& value = json.at(key);
  const bool fits = std::is_same_v<Wanted, std::string> ? value.is_string() : value.is_number();
  if (!fits) {
    throw std::invalid_argument(absl::StrCat("\"", key, "\" is ", value.dump(), ", not ", kind));
  }
  return value.get<Wanted>();
}

/// One parameter's entry. Throws std::invalid_argument and nlohmann's errors; the caller knows the
/// place.
class Entry {
 public:
  explicit Entry(const Json& json)
      : json_(json), name_(need<std::string>(json, "name", "a text")) {}

  const std::string& name() const { return name_; }

  /// Nothing a search could move along.
  bool opaque() const {
    const auto type = need<std::string>(json_, "type", "a text");
    const bool listed = json_.contains("choices") && json_.at("choices").is_array();
    return type != "float" && type != "int" && !listed;
  }

  Parameter parameter() const { return {name_, domain(), condition()}; }

 private:
  Domain domain() const {
    const auto type = need<std::string>(json_, "type", "a text");
    if (type == "cat" || type == "choice") {
      return ChoiceDomain{values("choices")};
    }
    if (type == "ordinal") {
      return OrdinalDomain{values("choices")};
    }
    if (type != "float" && type != "int") {
      throw std::invalid_argument(
          absl::StrCat("is of type \"", type, "\"; known are float, int, cat and ordinal"));
    }
    const Scale scale = json_.value("log", false) ? Scale::log : Scale::linear;
    const auto [low, high] = range();
    if (type == "int") {
      return IntDomain{low.get<std::int64_t>(), high.get<std::int64_t>(), scale};
    }
    return FloatDomain{low.get<double>(), high.get<double>(), scale, {}};
  }

  std::pair<Json, Json> range() const {
    if (json_.contains("range")) {
      const auto both = json_.at("range").get<std::array<Json, 2>>();
      return {both[0], both[1]};
    }
    if (!json_.contains("lo") || !json_.contains("hi")) {
      throw std::invalid_argument(R"(has neither "range" nor "lo" and "hi")");
    }
    return {json_.at("lo"), json_.at("hi")};
  }

  std::vector<Value> values(const char* key) const {
    std::vector<Value> values;
    for (const Json& value : json_.at(key)) {
      values.push_back(value_from_json(value));
    }
    return values;
  }

  Condition condition() const {
    if (!json_.contains("parent") || json_.at("parent").is_null()) {
      return {};
    }
    return {{Requirement{.param = json_.at("parent").get<std::string>(),
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

/// Tables of joules to a target are something else: their rows are runs, not configurations.
void refuse_other_layouts(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory + "/energy.csv", error)) {
    throw ConfigError(Complaint{.what = "is a table of energies to a target (it has energy.csv), "
                                        "which evolt simulate cannot read yet",
                                .file = directory});
  }
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
      throw std::invalid_argument(absl::StrCat("parameter ", entry.name(), " ", error.what()));
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
  refuse_other_layouts(directory);
  const std::string path = directory + "/space.json";
  const Json json = read_json(path);
  try {
    TableLayout layout;
    layout.head.name = name_of(directory);
    layout.head.score = need<std::string>(json, "score", "the name of a column");
    const auto direction = need<std::string>(json, "direction", "maximize or minimize");
    if (direction != "maximize" && direction != "minimize") {
      throw std::invalid_argument(
          absl::StrCat("direction is \"", direction, "\"; it may be maximize or minimize"));
    }
    layout.head.maximized = direction == "maximize";
    layout.head.epochs = need<std::int64_t>(json, "epochs", "a whole number");
    if (layout.head.epochs < 1) {
      throw std::invalid_argument(absl::StrCat("epochs is ", layout.head.epochs));
    }
    read_parameters(json, layout);
    return layout;
  } catch (const ConfigError&) {
    throw;
  } catch (const std::exception& wrong) {
    throw ConfigError(Complaint{.what = wrong.what(), .file = path});
  }
}

}  // namespace evolt
