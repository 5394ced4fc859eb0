#include "workers/table/target_table.hpp"

#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"
#include "workers/table/recorded_table.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <set>
#include <string>
#include <utility>

namespace evolt {
namespace {

using testing::TempDir;

constexpr const char* kSpace =
    R"({"score": "accuracy", "direction": "maximize", "target": 0.5, "parameters": []})";
constexpr const char* kConfigs =
    "config_id,network,batch_size,run\n"
    "a,net,16,1\nb,net,16,2\nc,net,16,3\nd,net,64,1\ne,net,64,2\nf,net,64,3\ng,net,128,1\n";
constexpr const char* kCurves =
    "config_id,epoch,target_metric,reached_by_this_epoch\n"
    "a,2,0.4,1\na,4,0.5,1\na,9,0.6,1\n"
    "b,1,0.4,1\nb,6,0.5,1\nb,,0.6,0\n"
    "c,3,0.4,1\nc,5,0.5,1\nc,,0.6,0\n"
    "d,2,0.4,1\nd,,0.5,0\n"
    "e,2,0.4,1\ne,,0.5,0\n"
    "f,2,0.4,1\nf,8,0.5,1\n"
    "g,,0.4,0\n";
constexpr const char* kEnergy =
    "batch_size,optimizer,gpu,power_limit_w,seconds_per_epoch,average_power_w,joules_per_epoch\n"
    "16,sgd,v100,100.0,20,90,1800\n"
    "16,sgd,v100,250.0,10,200,2000\n"
    "16,sgd,a40,100.0,15,100,1500\n"
    "64,sgd,v100,100.0,9,100,900\n"
    "64,sgd,v100,250.0,5,240,1200\n"
    "32,sgd,v100,250.0,5,240,1200\n";  // was never trained

/// A table's directory; what a test wants otherwise it writes over.
struct Files {
  TempDir dir;

  Files() {
    put("space.json", kSpace);
    put("configs.csv", kConfigs);
    put("curves.csv", kCurves);
    put("energy.csv", kEnergy);
  }
  void put(const char* name, const std::string& text) const { testing::write(dir / name, text); }

  /// `file:line what | found` of the complaint.
  std::string complaint() const {
    try {
      read_table(dir.str());
    } catch (const ConfigError& error) {
      const Complaint& c = error.complaint();
      const std::string file = testing::fs::path(c.file).filename().string();
      return file + ':' + std::to_string(c.line) + ' ' + c.what + " | " + c.found;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("target table: a row is a setting whose batch size was trained", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  REQUIRE(table->rows() == 5);
  const TableHead& head = table->head();
  CHECK(head.score == "accuracy");
  CHECK(head.maximized);
  CHECK(head.epochs == 9);
  CHECK(head.target == 0.5);
  CHECK(head.has_joules);
  CHECK(head.has_seconds);
  CHECK_FALSE(head.has_train_loss);
  REQUIRE(head.space.size() == 3);
  CHECK(table->params(2) == Params{{"batch_size", std::int64_t{16}},
                                   {"gpu", std::string("a40")},
                                   {"power_limit_w", 100.0}});
  for (std::size_t row = 0; row < table->rows(); ++row) {
    CHECK(head.space.check(table->params(row)).ok());
  }
  // The largest batch size on a V100 at its highest limit.
  REQUIRE(head.reference.has_value());
  CHECK(*head.reference == 4);
}

TEST_CASE("target table: joules to a target are those of the median training", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  CHECK(table->joules_to(0, 0.5) == Joules{5 * 1800.0});  // of 4, 6 and 5 epochs
  CHECK(table->joules_to(0, 0.4) == Joules{2 * 1800.0});
  CHECK(table->joules_to(3, 0.4) == Joules{2 * 900.0});
  CHECK_FALSE(table->joules_to(3, 0.5).has_value());  // two of three never came there
  CHECK_FALSE(table->joules_to(0, 0.6).has_value());
}

TEST_CASE("target table: a seed draws one training for each row, which ends at the target",
          "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  std::set<std::int64_t> lengths;
  std::set<std::int64_t> unsure;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto drawn = table->drawn(seed, 0.5);
    REQUIRE(drawn != nullptr);
    const std::int64_t length = drawn->length(0);
    lengths.insert(length);
    unsure.insert(drawn->length(3));
    CHECK(drawn->at(0, length).score == 0.5);
    CHECK(drawn->at(0, length).joules == Joules{static_cast<double>(length) * 1800});
    CHECK(drawn->at(0, length).seconds == Seconds{static_cast<double>(length) * 20});
    CHECK_FALSE(drawn->at(0, length - 1).score >= 0.5);
    CHECK(table->drawn(seed, 0.5)->length(0) == length);
  }
  CHECK(lengths == std::set<std::int64_t>{4, 5, 6});
  CHECK(unsure == std::set<std::int64_t>{8, 9});  // 9: never, so to the end
}

TEST_CASE("target table: before the first target nothing is known", "[workers]") {
  const Files files;
  const auto table = read_table(files.dir.str());
  CHECK(std::isnan(table->at(0, 1).score));
  CHECK(table->at(0, 2).score == 0.4);
  CHECK(table->at(0, 8).score == 0.5);
  CHECK(table->at(0, 9).score == 0.6);
}

TEST_CASE("target table: a metric that falls comes to its targets from above", "[workers]") {
  const Files files;
  files.put("space.json", R"({"score": "wer", "direction": "minimize"})");
  files.put("curves.csv",
            "config_id,epoch,target_metric\n"
            "a,1,60\na,3,40\na,,35\nb,3,40\nc,3,40\nd,1,60\ne,1,60\nf,1,60\ng,1,60\n");
  const auto table = read_table(files.dir.str());
  CHECK_FALSE(table->head().target.has_value());
  CHECK(table->joules_to(0, 40) == Joules{3 * 1800.0});
  CHECK_FALSE(table->joules_to(3, 40).has_value());
  CHECK(table->at(0, 2).score == 60);
  CHECK(table->at(0, 3).score == 40);
}

TEST_CASE("target table: what cannot be understood is named with file and line", "[workers]") {
  struct Case {
    const char* file;
    std::string text;
    const char* complaint;
  };
  const std::string head = "config_id,epoch,target_metric\n";
  const std::string energy = "batch_size,gpu,power_limit_w,seconds_per_epoch,joules_per_epoch\n";
  const std::vector<Case> cases{
      {"space.json", "[]", "space.json:0 needs \"score\""},
      {"space.json", "no json", "space.json:0 needs \"score\""},
      {"space.json", R"({"score": "a", "direction": "up"})", "space.json:0 needs \"score\""},
      {"space.json", R"({"score": "a", "direction": "maximize", "target": "high"})",
       "space.json:0 target is not a number | \"high\""},
      {"configs.csv", "config_id,run\na,1\n", "configs.csv:1 "},
      {"configs.csv", "config_id,batch_size\na,many\n",
       "configs.csv:2 is not a number above 0 | many"},
      {"configs.csv", "config_id,batch_size\na,1.5\n", "configs.csv:2 is not a whole number | 1.5"},
      {"configs.csv", "config_id,batch_size\na,16\na,16\n",
       "configs.csv:3 this training stands twice | a"},
      {"configs.csv", "config_id,batch_size\n", "configs.csv:0 has no training"},
      {"curves.csv", head + "z,1,0.4\n", "curves.csv:2 configs.csv has no such training | z"},
      {"curves.csv", head + "a,0,0.4\n", "curves.csv:2 is not a number above 0 | 0"},
      {"curves.csv", head + "a,2000000,0.4\n", "curves.csv:2 is too late an epoch | 2000000"},
      {"curves.csv", head + "a,1,good\n", "curves.csv:2 is not a number above 0 | good"},
      {"curves.csv", head + "a,1,0.4\n", "curves.csv:0 has no line of training b"},
      {"curves.csv", head + "a,,1\nb,,1\nc,,1\nd,,1\ne,,1\nf,,1\ng,,1\n",
       "curves.csv:0 no training came to any target"},
      {"energy.csv", energy + "16,v100,0,10,2000\n", "energy.csv:2 is not a number above 0 | 0"},
      {"energy.csv", energy + "16,v100,100,10,-1\n", "energy.csv:2 is not a number above 0 | -1"},
      {"energy.csv", energy + "16,v100,100,10,20\n16,v100,100,10,20\n",
       "energy.csv:3 this setting stands twice"},
      {"energy.csv", energy + "17,v100,100,10,20\n",
       "energy.csv:0 prices no batch size that was trained"},
      {"energy.csv", energy + "16,a40,100,10,20\n",
       "energy.csv:0 has no setting of the GPU that savings are measured from"},
      {"energy.csv", "batch_size,gpu\n", "energy.csv:1 "},
  };
  for (const Case& each : cases) {
    const Files files;
    files.put(each.file, each.text);
    CAPTURE(each.file, each.text);
    CHECK_THAT(files.complaint(), Catch::StartsWith(each.complaint));
  }
}

TEST_CASE("target table: what is missing from its directory is named", "[workers]") {
  const Files files;
  testing::fs::remove(files.dir / "curves.csv");
  CHECK_THAT(files.complaint(), Catch::Contains("has no curves.csv"));
  testing::fs::remove(files.dir / "space.json");
  CHECK_THAT(files.complaint(), Catch::StartsWith("space.json:0 cannot be read"));
}

}  // namespace evolt
