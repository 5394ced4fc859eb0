#include "workers/table/recorded_table.hpp"

#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

namespace evolt {
namespace {

using testing::TempDir;

constexpr const char* kSpace = R"({
  "score": "val_acc", "direction": "maximize", "epochs": 2,
  "parameters": [
    {"name": "lr", "type": "float", "range": [0.001, 1], "log": true},
    {"name": "width", "type": "int", "lo": 4, "hi": 64},
    {"name": "act", "type": "cat", "choices": ["relu", "tanh"]},
    {"name": "slope", "type": "float", "lo": 0, "hi": 1, "parent": "act", "values": ["relu"]}]})";
constexpr const char* kConfigs =
    "config_id,lr,width,act,slope,final\n"
    "7,0.01,8,relu,0.5,0.9\n"
    "3,1.0000001,64,tanh,,0.8\n";
constexpr const char* kCurves =
    "config_id,epoch,train_loss,val_acc,val_loss,cum_seconds,cum_joules\n"
    "7,1,2.0,0.5,,1.5,\n"
    "7,2,1.0,0.75,,3,\n"
    "3,1,,,,2,\n";

/// A table's directory; what a test wants otherwise it writes over.
struct Files {
  TempDir dir;

  Files() {
    put("space.json", kSpace);
    put("configs.csv", kConfigs);
    put("curves.csv", kCurves);
  }
  void put(const char* name, const std::string& text) const { testing::write(dir / name, text); }

  /// `file:line what` of the complaint, with the parts that it names.
  std::string complaint() const {
    try {
      read_table(dir.str());
    } catch (const ConfigError& error) {
      const Complaint& c = error.complaint();
      const std::string file = testing::fs::path(c.file).filename().string();
      return file + ':' + std::to_string(c.line) + ' ' + c.what + " | " + c.key + " | " + c.found;
    }
    return "";
  }
};

bool starts(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

}  // namespace

TEST_CASE("table: both spellings of a space are read", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  const auto& parameters = table->head().space.parameters();
  REQUIRE(parameters.size() == 4);
  CHECK(parameters[0].domain == Domain(FloatDomain{0.001, 1, Scale::log, {}}));
  CHECK(parameters[1].domain == Domain(IntDomain{.low = 4, .high = 64}));
  CHECK(parameters[2].domain == Domain(ChoiceDomain{{std::string("relu"), std::string("tanh")}}));
  REQUIRE(parameters[3].when.all.size() == 1);
  CHECK(parameters[3].when.all[0].param == "act");
  CHECK(table->head().maximized);
  CHECK(table->head().score == "val_acc");
}

TEST_CASE("table: its name is that of its directory, however it is written", "[workers]") {
  const Files files;
  const std::string name = testing::fs::path(files.dir.str()).filename().string();
  CHECK(read_table(files.dir.str())->head().name == name);
  CHECK(read_table(files.dir.str() + "/")->head().name == name);
  CHECK(read_table(files.dir.str() + "/.")->head().name == name);
}

TEST_CASE("table: a row's parameters are the active ones, within rounding", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  CHECK(table->params(0) == Params{{"lr", 0.01},
                                   {"width", std::int64_t{8}},
                                   {"act", std::string("relu")},
                                   {"slope", 0.5}});
  CHECK(table->params(1) ==
        Params{{"lr", 1.0}, {"width", std::int64_t{64}}, {"act", std::string("tanh")}});
}

TEST_CASE("table: empty cells are not finite, missing epochs cost nothing", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  CHECK(table->at(0, 2).score == 0.75);
  CHECK(table->at(0, 2).train_loss == 1.0);
  CHECK(table->at(0, 2).seconds == Seconds{3});
  CHECK(std::isnan(table->at(1, 1).score));
  CHECK(std::isnan(table->last(1).score));
  CHECK(table->last(1).seconds == Seconds{2});
  CHECK(table->head().has_train_loss);
  CHECK(table->head().has_seconds);
  CHECK_FALSE(table->head().has_joules);
}

TEST_CASE("table: without recorded seconds an epoch takes one", "[workers]") {
  const Files files;
  files.put("curves.csv", "config_id,epoch,val_acc\n7,1,0.5\n7,2,0.6\n3,1,0.1\n3,2,0.2\n");
  const auto table = read_table(files.dir.str());
  CHECK_FALSE(table->head().has_seconds);
  CHECK_FALSE(table->head().has_train_loss);
  CHECK(table->last(1).seconds == Seconds{2});
}

TEST_CASE("table: rows alike but for a graph are numbered under its name", "[workers]") {
  const Files files;
  files.put("space.json", R"({"score": "val_acc", "direction": "maximize", "epochs": 2,
    "parameters": [{"name": "cell", "type": "graph", "choices": "as JSON"},
                   {"name": "width", "type": "int", "range": [4, 64]}]})");
  files.put("configs.csv", "config_id,width,cell\n7,8,\"{\"\"a\"\":1}\"\n3,8,x\n");
  const auto table = read_table(files.dir.str());
  CHECK(table->params(0) == Params{{"width", std::int64_t{8}}, {"cell", std::int64_t{0}}});
  CHECK(table->params(1) == Params{{"width", std::int64_t{8}}, {"cell", std::int64_t{1}}});
}

TEST_CASE("table: a space that cannot be understood is named", "[workers]") {
  const Files files;
  const auto [space, complaint] = GENERATE(table<std::string, std::string>({
      {"[1]", "space.json:0 is not a JSON object"},
      {"{}", "space.json:0 has no \"score\""},
      {R"({"score": 3})", "space.json:0 \"score\" is 3"},
      {R"({"score": "a", "direction": "up"})", "space.json:0 direction is \"up\""},
      {R"({"score": "a", "direction": "minimize", "epochs": 0})", "space.json:0 epochs is 0"},
      {R"({"score": "a", "direction": "minimize", "epochs": 2.5})",
       "space.json:0 \"epochs\" is 2.5, not a whole number"},
      {R"({"score": "a", "direction": "minimize", "epochs": 1e300})",
       "space.json:0 \"epochs\" is 1e+300"},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "int", "range": [1]}]})",
       "space.json:0 parameter x \"range\" is [1]"},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "float", "lo": "a", "hi": 1}]})",
       "space.json:0 parameter x \"range\" is \"a\""},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "int", "lo": 3, "hi": 1}]})",
       "space.json:0 "},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "int", "lo": 1, "hi": 3, "log": "no"}]})",
       "space.json:0 parameter x \"log\" is \"no\""},
      {R"({"score": "a", "direction": "minimize", "epochs": 1})", "space.json:0 has no list of"},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "float"}]})",
       "space.json:0 parameter x has neither"},
      {R"({"score": "a", "direction": "minimize", "epochs": 1,
           "parameters": [{"name": "x", "type": "tree", "choices": [1, 2]}]})",
       "space.json:0 parameter x is of type \"tree\""},
  }));
  files.put("space.json", space);
  CHECK_THAT(files.complaint(), Catch::StartsWith(complaint));
}

TEST_CASE("table: more epochs than memory holds are refused", "[workers]") {
  const Files files;
  files.put("space.json", R"({"score": "val_acc", "direction": "maximize", "epochs": 1000000,
    "parameters": [{"name": "width", "type": "int", "range": [1, 2000]}]})");
  std::string configs = "config_id,width\n";
  for (int i = 1; i <= 1001; ++i) {
    configs += std::to_string(i) + ',' + std::to_string(i) + '\n';
  }
  files.put("configs.csv", configs);
  CHECK_THAT(files.complaint(), Catch::Contains("is too large"));
}

TEST_CASE("table: configurations that cannot be are said with their line", "[workers]") {
  const Files files;
  const auto [configs, complaint] = GENERATE(table<std::string, std::string>({
      {"config_id,lr,width,act\n", "configs.csv:1 has no column \"slope\""},
      {"config_id,lr,width,act,slope\n", "configs.csv:0 has no configuration"},
      {"config_id,lr,width,act,slope\n7,2,8,tanh,\n",
       "configs.csv:2 is not in the space of the table | lr | \"2\""},
      {"config_id,lr,width,act,slope\n7,0.1,8.5,tanh,\n",
       "configs.csv:2 is not in the space of the table | width | \"8.5\""},
      {"config_id,lr,width,act,slope\n7,0.1,8,gelu,\n",
       "configs.csv:2 is not in the space of the table | act | \"gelu\""},
      {"config_id,lr,width,act,slope\n7,0.1,8,relu,\n",
       "configs.csv:2 is not in the space of the table | slope | \"\""},
      {"config_id,lr,width,act,slope\n7,0.1,8,tanh,\n7,0.1,9,tanh,\n",
       "configs.csv:3 this configuration stands twice | config_id | 7"},
      {"config_id,lr,width,act,slope\n7,0.1,8,tanh,\n8,0.1,8,tanh,\n",
       "configs.csv:3 another configuration has the same parameters | config_id | 8"},
  }));
  files.put("configs.csv", configs);
  CHECK_THAT(files.complaint(), Catch::StartsWith(complaint));
}

TEST_CASE("table: curves that cannot be are said with their line", "[workers]") {
  const Files files;
  const auto [lines, complaint] = GENERATE(table<std::string, std::string>({
      {"config_id,epoch,val_los\n", "curves.csv:1 has no column \"val_acc\""},
      {"config_id,epoch,val_acc\n9,1,0.5\n",
       "curves.csv:2 configs.csv has no such configuration | config_id | 9"},
      {"config_id,epoch,val_acc\n7,3,0.5\n", "curves.csv:2 is no epoch of this table | epoch | 3"},
      {"config_id,epoch,val_acc\n7,1,0.5\n7,1,0.5\n",
       "curves.csv:3 this epoch of this configuration stands twice"},
      {"config_id,epoch,val_acc\n7,1,good\n", "curves.csv:2 is not a number | val_acc | good"},
      {"config_id,epoch,val_acc\n7,1,0.5\n", "curves.csv:2 ends without a line of configuration 3"},
  }));
  files.put("curves.csv", lines);
  CHECK_THAT(files.complaint(), Catch::StartsWith(complaint));
}

TEST_CASE("table: what is missing from a directory is named", "[workers]") {
  const Files files;
  CHECK_THROWS_WITH(read_table((files.dir / "nowhere").string()),
                    Catch::Contains("there is no such directory"));
  testing::fs::remove(files.dir / "curves.csv");
  CHECK(starts(files.complaint(), testing::fs::path(files.dir.str()).filename().string() +
                                      ":0 has no curves.csv and no curves.csv.gz"));
  testing::fs::remove(files.dir / "space.json");
  CHECK_THAT(files.complaint(), Catch::StartsWith("space.json:0 cannot be read"));
}

}  // namespace evolt
