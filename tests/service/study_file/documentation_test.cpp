#include "estimators/catalogue.hpp"
#include "propagator/catalogue.hpp"
#include "service/study_file/keys.hpp"
#include "tests/service/study_file/cases.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <sstream>

namespace evolt::test {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(EVOLT_DOCS_DIR) + '/' + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string example() {
  const std::string page = read_file("study-file.md");
  const std::string fence = "```toml\n";
  const auto begin = page.find(fence);
  REQUIRE(begin != std::string::npos);
  return page.substr(begin + fence.size(),
                     page.find("```", begin + fence.size()) - begin - fence.size());
}

/// Follows `path` through nested objects; a missing step fails the test.
const nlohmann::json& at(const nlohmann::json& json, const std::vector<std::string>& path) {
  const nlohmann::json* node = &json;
  for (const std::string& step : path) {
    INFO(step);
    REQUIRE(node->contains(step));
    node = &node->at(step);
  }
  return *node;
}

const nlohmann::json& properties_of(const nlohmann::json& schema, const std::string& table) {
  if (table.empty()) {
    return at(schema, {"properties"});
  }
  if (table.rfind("param.", 0) == 0) {
    return at(schema, {"definitions", table, "properties"});
  }
  if (table == "when") {
    return at(schema, {"definitions", "bounds", "properties"});
  }
  if (table == "islands.kind") {
    return at(schema, {"properties", "islands", "properties", "kind", "items", "properties"});
  }
  if (table == "search.propagator") {
    return at(schema, {"definitions", "plugin", "properties"});
  }
  if (table == "stopper.kind") {
    return at(schema, {"definitions", "rule_program", "properties"});
  }
  if (table == "start") {
    return at(schema, {"properties", "start", "items", "properties"});
  }
  std::vector<std::string> path;
  std::istringstream steps(table);
  for (std::string step; std::getline(steps, step, '.');) {
    path.insert(path.end(), {"properties", step});
  }
  path.emplace_back("properties");
  return at(schema, path);
}

TEST_CASE("study file documentation: the full example is a good study", "[service]") {
  const Study study = parse_study(example(), "study.toml");
  CHECK(study.name == "nas");
  CHECK(study.space.size() == 9);
  CHECK(study.start.size() == 1);
}

TEST_CASE("study file documentation: the full example shows every table", "[service]") {
  const nlohmann::ordered_json json = study_to_json(parse_study(example(), "study.toml"));
  for (const std::string& table : detail::keys_of("").known) {
    INFO(table);
    CHECK(!json.at(table).empty());
  }
}

TEST_CASE("study file documentation: every key stands on the page", "[service]") {
  const std::string page = read_file("study-file.md");
  for (const detail::TableKeys& table : detail::all_tables()) {
    for (const std::string& key : table.known) {
      INFO(table.table << '.' << key);
      CHECK(page.find('`' + key + '`') != std::string::npos);
    }
    for (const std::string& key : table.later) {
      const std::string dotted = table.table.empty() ? '[' + key + ']' : table.table + '.' + key;
      INFO(dotted);
      CHECK((page.find('`' + dotted + '`') != std::string::npos ||
             page.find('`' + key + '`') != std::string::npos));
    }
  }
}

TEST_CASE("study file documentation: the JSON Schema has exactly the reader's keys", "[service]") {
  const auto schema = nlohmann::json::parse(read_file("study.schema.json"));
  for (const detail::TableKeys& table : detail::all_tables()) {
    INFO(table.table);
    std::set<std::string> keys;
    for (const auto& [key, unused] : properties_of(schema, table.table).items()) {
      keys.insert(key);
    }
    CHECK(keys == std::set<std::string>(table.known.begin(), table.known.end()));
  }
}

TEST_CASE("documentation: the page names every propagator", "[study_file]") {
  const std::string page = read_file("study-file.md");
  for (const std::string& name : propagator_names()) {
    INFO(name);
    CHECK(page.find("| `" + name + "` |") != std::string::npos);
  }
}

TEST_CASE("documentation: the pages and the JSON Schema name every stopping rule", "[study_file]") {
  const std::string page = read_file("study-file.md");
  const std::string more = read_file("stopping.md");
  std::vector<std::string> names = estimator_names();
  const auto schema = nlohmann::json::parse(read_file("study.schema.json"));
  CHECK(schema["definitions"]["rule"]["anyOf"][0]["enum"] == names);
  for (const std::string& name : combined_rule_names()) {
    names.push_back(name);
  }
  for (const std::string& name : names) {
    INFO(name);
    CHECK(page.find('`' + name + '`') != std::string::npos);
    CHECK(more.find("`" + name + "`") != std::string::npos);
  }
}

TEST_CASE("study file documentation: the JSON Schema has the reader's defaults", "[service]") {
  const auto schema = nlohmann::json::parse(read_file("study.schema.json"));
  const nlohmann::json resolved = study_to_json(parse_study(kBase, "study.toml"));
  int compared = 0;
  for (const char* const table : {"study", "budget", "trial", "stopper", "islands", "search"}) {
    for (const auto& [key, property] : properties_of(schema, table).items()) {
      if (property.contains("default")) {
        INFO(table << '.' << key);
        CHECK(resolved.at(table).at(key) == property.at("default"));
        ++compared;
      }
    }
  }
  CHECK(compared >= 15);
}

}  // namespace
}  // namespace evolt::test
