#include "benchmarks/search_quality/pool_table.hpp"

#include "tests/benchmarks/temporary_pool.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace evolt;

namespace {

const std::string kConfigs =
    "config_id,x,y,kind\n0,0.1,1,a\n1,0.9,100,a\n2,0.5,10,b\n3,0.1,1,a\n4,0.9,100,b\n";
const std::string kCurves =
    "config_id,epoch,loss\n0,1,9\n0,2,3\n1,1,9\n1,2,5\n2,1,0.5\n2,2,\n3,2,1\n4,2,4\n";

PoolTable table_of(const std::string& space, const std::string& configs = kConfigs,
                   const std::string& curves = kCurves) {
  const TemporaryDirectory directory;
  write_pool(directory, "t", space, configs, curves);
  return PoolTable(directory.path() + "/t");
}

std::string space_with(const std::string& what, const std::string& instead) {
  std::string space = kPoolSpace;
  return space.replace(space.find(what), what.size(), instead);
}

Params params_of(double x, std::int64_t y, const char* kind) {
  return {{"x", x}, {"y", y}, {"kind", kind}};
}

}  // namespace

TEST_CASE("pool table: the score of the last epoch, or none", "[benchmarks]") {
  const PoolTable table = table_of(kPoolSpace);
  REQUIRE(table.rows().size() == 4);  // one stands where another already stood
  CHECK(table.rows()[0].score == 3);
  CHECK(table.rows()[1].score == 5);
  CHECK_FALSE(table.rows()[2].score);
  CHECK(table.rows()[3].score == 4);
  CHECK(table.best() == 3);
  CHECK(table.worst() == 5);
}

TEST_CASE("pool table: what is to be maximised is turned round", "[benchmarks]") {
  const PoolTable table = table_of(space_with("minimize", "maximize"));
  CHECK(table.rows()[0].score == -3);
  CHECK(table.best() == -5);
}

TEST_CASE("pool table: a score in the table itself needs no curves", "[benchmarks]") {
  const std::string configs = "config_id,x,y,kind,loss\n0,0.1,1,a,7\n1,0.9,100,a,\n2,0.5,9,b,8\n";
  const PoolTable table = table_of(kPoolSpace, configs, "");
  CHECK(table.rows()[0].score == 7);
  CHECK_FALSE(table.rows()[1].score);
}

TEST_CASE("pool table: the space is the declared one", "[benchmarks]") {
  const SearchSpace space = table_of(kPoolSpace).space();
  REQUIRE(space.size() == 3);
  CHECK(space.parameters()[0].domain == Domain(FloatDomain{.low = 0, .high = 1}));
  CHECK(space.parameters()[1].domain ==
        Domain(IntDomain{.low = 1, .high = 100, .scale = Scale::log}));
  CHECK(space.parameters()[2].domain == Domain(ChoiceDomain{{"a", "b"}}));
}

TEST_CASE("pool table: the nearest row, equal choices first", "[benchmarks]") {
  const PoolTable table = table_of(kPoolSpace);
  const auto score_at = [&](double x, std::int64_t y, const char* kind) {
    return table.rows()[table.nearest(params_of(x, y, kind))].score;
  };
  CHECK(score_at(0.1, 1, "a") == 3);
  CHECK(score_at(0.9, 100, "a") == 5);
  CHECK(score_at(0.9, 100, "b") == 4);
  CHECK_FALSE(score_at(0.1, 1, "b"));   // nearer than 0.9, though 0 is there with the other choice
  CHECK(score_at(0.45, 20, "a") == 5);  // on the log scale 20 is nearer to 100 than to 1
}

TEST_CASE("pool table: of two rows equally near the first", "[benchmarks]") {
  const PoolTable table =
      table_of(kPoolSpace, "config_id,x,y,kind\n1,0.75,1,a\n0,0.25,1,a\n", kCurves);
  CHECK(table.nearest(params_of(0.5, 1, "a")) == 0);
  CHECK(table.nearest(params_of(0.49, 1, "a")) == 1);
  CHECK(table.nearest(params_of(0.49, 1, "a"), {false, true}) == 0);
}

TEST_CASE("pool table: numbers that crowd on their axis are placed by rank", "[benchmarks]") {
  const std::string configs =
      "config_id,x,y,kind\n0,0.99,1,a\n1,0.98,100,a\n2,0.97,10,b\n3,0.96,3,a\n4,0.1,40,b\n";
  const PoolTable table = table_of(kPoolSpace, configs);
  CHECK(table.space().parameters()[1].domain ==
        Domain(IntDomain{.low = 1, .high = 100, .scale = Scale::log}));
  for (const auto& [row, rank] : {std::pair(0, 0.9), {1, 0.7}, {2, 0.5}, {3, 0.3}, {4, 0.1}}) {
    const auto place = static_cast<std::size_t>(row);
    const Params& params = table.rows()[place].params;
    CHECK(std::get<double>(params[0].second) == Approx(rank));
    CHECK(table.nearest(params) == place);
  }
}

TEST_CASE("pool table: tables that no search can be measured on are unsuitable", "[benchmarks]") {
  CHECK_THROWS_AS(table_of(space_with("\"loss\"", "null")), Unsuitable);
  CHECK_THROWS_AS(table_of(space_with("[\"a\", \"b\"]", "\"see elsewhere\"")), Unsuitable);
  CHECK_THROWS_AS(table_of(space_with("\"int\"", "\"bitstring\"")), Unsuitable);
  CHECK_THROWS_AS(table_of(space_with("\"y\"", "\"z\"")), Unsuitable);
  CHECK_THROWS_AS(table_of(R"({"score": "loss", "direction": "minimize", "epochs": 2,
                               "parameters": [{"name": "g", "type": "graph"}]})"),
                  Unsuitable);
  CHECK_THROWS_AS(table_of(kPoolSpace, kConfigs, "config_id,epoch,loss\n0,2,1\n1,2,1\n"),
                  Unsuitable);
}

TEST_CASE("pool table: a graph is left out", "[benchmarks]") {
  const PoolTable table = table_of(
      space_with("[{\"name\": \"x\"", "[{\"name\": \"g\", \"type\": \"graph\"}, {\"name\": \"x\""));
  CHECK(table.space().size() == 3);
}

TEST_CASE("pool table: broken tables are refused", "[benchmarks]") {
  const auto broken = [](const std::string& configs, const std::string& curves) {
    CHECK_THROWS_AS(table_of(kPoolSpace, configs, curves), std::runtime_error);
    CHECK_THROWS_WITH(table_of(kPoolSpace, configs, curves),
                      Catch::Contains("evolt_benchmarks_test"));
  };
  broken("config_id,x,y,kind\n0,one,1,a\n", kCurves);
  broken("config_id,x,y,kind\n0,2,1,a\n", kCurves);
  broken("config_id,x,y,kind\n0,0.5,1000,a\n", kCurves);
  broken("config_id,x,y,kind\n0,0.5,1,c\n", kCurves);
  broken(kConfigs, "config_id,epoch,loss\n0,2,low\n");
  broken(kConfigs, "config_id,epoch\n0,2\n");
  CHECK_THROWS_AS(PoolTable("/no/such/directory"), std::runtime_error);
  CHECK_THROWS_AS(table_of("{"), std::runtime_error);
}
