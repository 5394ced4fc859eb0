#include "benchmarks/search_quality/surrogate.hpp"

#include "tests/benchmarks/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>

using namespace evolt;

namespace {

const std::string kTables = std::string(EVOLT_BENCHMARK_DATA) + "/hpo_tables";

/// The table made of these two texts.
Surrogate table_of(const std::string& json, const std::string& trees) {
  const TemporaryDirectory directory;
  directory.write("t.json", json);
  directory.write("t.trees.csv.gz", trees);  // the reader takes plain text too
  return {directory.path(), "t"};
}

constexpr const char* kJson = R"({
  "parameters": [{"name": "a", "type": "cat", "choices": ["x", "y"]},
                 {"name": "b", "type": "int", "lo": 1, "hi": 100, "log": true, "parent": "a",
                  "values": ["y"]}],
  "features": [{"parameter": "a", "choice": "x"}, {"parameter": "a", "choice": "y"},
               {"parameter": "b", "choice": null}]})";

constexpr const char* kHeader = "target,tree,node,feature,threshold,left,right,value\n";

/// Target 0: inactive b -> 1, b <= 10 -> 2, above -> 3; a second tree adds 0. Target 1: always 7.
const std::string kTrees = std::string(kHeader) +
                           "0,0,0,2,-0.5,1,2,0\n0,0,1,-1,0,0,0,1\n0,0,2,2,0.5,3,4,0\n"
                           "0,0,3,-1,0,0,0,2\n0,0,4,-1,0,0,0,3\n"
                           "0,1,0,-1,0,0,0,0\n1,0,0,-1,0,0,0,7\n";

}  // namespace

// Computed once from the same tables by a separate reader.
TEST_CASE("surrogate: predictions agree with an independent reader", "[benchmarks]") {
  const Surrogate cash(kTables, "cash_wine");
  const auto neighbours = cash.evaluate({{"model", "knn"},
                                         {"knn_k", std::int64_t{7}},
                                         {"knn_w", "distance"},
                                         {"knn_p", 1.7},
                                         {"scale", "std"},
                                         {"pca", 0.8}});
  CHECK(neighbours[0] == Approx(0.030605635).epsilon(1e-9));
  CHECK(neighbours[1] == Approx(-2.1242475).epsilon(1e-9));
  const auto vectors = cash.evaluate(
      {{"model", "svm"}, {"svm_C", 12.5}, {"svm_gamma", 0.03}, {"scale", "minmax"}, {"pca", 0.35}});
  CHECK(vectors[0] == Approx(0.133001975).epsilon(1e-9));
  CHECK(vectors[1] == Approx(-2.273681).epsilon(1e-9));

  const Surrogate forest(kTables, "rf_diabetes");
  Params params = {{"n_estimators", std::int64_t{37}},
                   {"max_depth", std::int64_t{9}},
                   {"max_features", 0.45},
                   {"min_samples_split", std::int64_t{4}},
                   {"min_samples_leaf", std::int64_t{3}},
                   {"bootstrap", "yes"},
                   {"max_samples", 0.7},
                   {"criterion", "poisson"}};
  CHECK(forest.evaluate(params)[0] == Approx(0.59186685).epsilon(1e-9));
  CHECK(forest.evaluate(params)[1] == Approx(-1.2523765).epsilon(1e-9));
  params[5].second = "no";
  params.erase(params.begin() + 6);
  CHECK(forest.evaluate(params)[0] == Approx(0.62074965).epsilon(1e-9));
  CHECK(forest.evaluate(params)[1] == Approx(-1.2182235).epsilon(1e-9));
}

TEST_CASE("surrogate: a table becomes a space with its conditions", "[benchmarks]") {
  const SearchSpace space = table_of(kJson, kTrees).space();
  REQUIRE(space.size() == 2);
  CHECK(space.check({{"a", "x"}}).ok());
  CHECK(space.check({{"a", "y"}, {"b", std::int64_t{100}}}).ok());
  CHECK_FALSE(space.check({{"a", "x"}, {"b", std::int64_t{1}}}).ok());
  CHECK_FALSE(space.check({{"a", "y"}, {"b", std::int64_t{101}}}).ok());
}

TEST_CASE("surrogate: the mean over trees, inactive parameters below all others", "[benchmarks]") {
  const Surrogate surrogate = table_of(kJson, kTrees);
  CHECK(surrogate.evaluate({{"a", "x"}})[0] == 0.5);
  CHECK(surrogate.evaluate({{"a", "y"}, {"b", std::int64_t{10}}})[0] == 1);
  CHECK(surrogate.evaluate({{"a", "y"}, {"b", std::int64_t{11}}})[0] == 1.5);
  CHECK(surrogate.evaluate({{"a", "x"}})[1] == 7);
}

TEST_CASE("surrogate: a broken table is refused", "[benchmarks]") {
  CHECK_THROWS_AS(Surrogate(kTables, "no_such_table"), std::runtime_error);
  CHECK_THROWS_AS(table_of(kJson, "target,tree\n1,2\n"), std::runtime_error);
  // A feature that does not exist, a child before its parent, a child out of range, no second
  // target.
  for (const std::string row : {"0,0,0,3,0,1,2,0\n0,0,1,-1,0,0,0,1\n0,0,2,-1,0,0,0,1\n",
                                "0,0,0,1,0,0,1,0\n0,0,1,-1,0,0,0,1\n", "0,0,0,1,0,1,2,0\n",
                                "0,0,0,-1,0,0,0,1\n", "2,0,0,-1,0,0,0,1\n"}) {
    CAPTURE(row);
    const std::string second = row.starts_with("0,0,0,-1") ? "" : "1,0,0,-1,0,0,0,7\n";
    CHECK_THROWS_AS(table_of(kJson, kHeader + row + second), std::runtime_error);
  }
}

TEST_CASE("surrogate: features in another order than the parameters are refused", "[benchmarks]") {
  std::string json = kJson;
  json.replace(json.rfind("\"y\""), 3, "\"z\"");
  CHECK_THROWS_AS(table_of(json, kTrees), std::runtime_error);
}
