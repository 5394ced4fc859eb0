#include "propagator/encoding.hpp"

#include "tests/propagator/spaces.hpp"

#include <absl/strings/str_cat.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace evolt {
namespace {

bool forbidden(const SearchSpace& space, const Params& params) {
  return std::any_of(space.forbidden().begin(), space.forbidden().end(),
                     [&](const Condition& condition) { return holds(condition, params); });
}

/// `params` in the words of the space without its forbidden combinations.
SearchSpace permissive(const SearchSpace& space) {
  return SearchSpace(space.parameters());
}

std::string words(const Params& params) {
  std::string all;
  for (const auto& [name, value] : params) {
    absl::StrAppend(&all, name, "=", to_text(value), ";");
  }
  return all;
}

TEST_CASE("encoding: whatever is drawn decodes to what the space accepts", "[propagator]") {
  Rng rng{1};
  for (int i = 0; i < 400; ++i) {
    const Encoding encoding(test::random_space(rng));
    const SearchSpace open = permissive(encoding.space());
    for (int k = 0; k < 20; ++k) {
      const Genome genome = encoding.random(rng);
      const Params params = encoding.decode(genome);
      REQUIRE(open.check(params).message() == "");
      REQUIRE(encoding.allowed(genome) == !forbidden(encoding.space(), params));
      REQUIRE(encoding.active(genome).size() == params.size());
      const ActiveMask mask = encoding.active_mask(genome);
      for (const std::size_t gene : encoding.active(genome)) {
        REQUIRE(mask[gene]);
        REQUIRE(find(params, encoding.space().parameters()[gene].name) != nullptr);
      }
    }
  }
}

TEST_CASE("encoding: encoding what was decoded keeps values and key", "[propagator]") {
  Rng rng{2};
  for (int i = 0; i < 400; ++i) {
    const Encoding encoding(test::random_space(rng));
    for (int k = 0; k < 20; ++k) {
      const Genome genome = encoding.random(rng);
      const Params params = encoding.decode(genome);
      const Genome again = encoding.encode(params);
      REQUIRE(encoding.decode(again) == params);
      REQUIRE(encoding.key(again) == encoding.key(genome));
    }
  }
}

TEST_CASE("encoding: choices keep their values wherever they stand among the genes",
          "[propagator]") {
  std::vector<Parameter> parameters{
      {"lr", FloatDomain{.low = 1e-5, .high = 1, .scale = Scale::log}, {}},
      {"act",
       ChoiceDomain{{test::text("u"), test::text("v"), test::text("w"), test::text("y")}},
       {}},
      {"depth", IntDomain{.low = 1, .high = 9}, {}},
      {"size", OrdinalDomain{{std::int64_t{16}, std::int64_t{32}, std::int64_t{64}}}, {}},
      {"opt", ChoiceDomain{{test::text("sgd"), true, std::int64_t{3}}}, {}}};
  const auto by_name = [](const Parameter& a, const Parameter& b) { return a.name < b.name; };
  std::sort(parameters.begin(), parameters.end(), by_name);
  int orders = 0;
  do {
    ++orders;
    const Encoding encoding{SearchSpace(parameters)};
    for (const char* const act : {"u", "v", "w", "y"}) {
      for (const std::int64_t size : {16, 32, 64}) {
        for (const Value& opt : {test::text("sgd"), Value{true}, Value{std::int64_t{3}}}) {
          const std::map<std::string, Value> values{{"lr", 0.25},
                                                    {"act", test::text(act)},
                                                    {"depth", std::int64_t{4}},
                                                    {"size", size},
                                                    {"opt", opt}};
          Params params;
          for (const Parameter& parameter : parameters) {
            params.emplace_back(parameter.name, values.at(parameter.name));
          }
          const Params again = encoding.decode(encoding.encode(params));
          for (const char* const name : {"act", "depth", "size", "opt"}) {
            REQUIRE(*find(again, name) == values.at(name));
          }
          REQUIRE(std::get<double>(*find(again, "lr")) == Approx(0.25));
        }
      }
    }
  } while (std::next_permutation(parameters.begin(), parameters.end(), by_name));
  CHECK(orders == 120);
}

TEST_CASE("encoding: keys are equal exactly when the active values are", "[propagator]") {
  Rng rng{3};
  for (int i = 0; i < 100; ++i) {
    const Encoding encoding(test::random_space(rng, false, 4));
    std::map<std::string, GenomeKey> keys;
    std::map<GenomeKey, std::string> values;
    for (int k = 0; k < 200; ++k) {
      const Genome genome = encoding.random(rng);
      const std::string now = words(encoding.decode(genome));
      const GenomeKey key = encoding.key(genome);
      REQUIRE(keys.emplace(now, key).first->second == key);
      REQUIRE(values.emplace(key, now).first->second == now);
    }
  }
}

TEST_CASE("encoding: a sleeping gene is not told apart", "[propagator]") {
  const Encoding encoding(test::mixed());
  Genome genome = encoding.encode(Params{{"model", test::text("tree")},
                                         {"lr", 0.01},
                                         {"batch", std::int64_t{64}},
                                         {"depth", std::int64_t{5}},
                                         {"scaled", false}});
  const GenomeKey key = encoding.key(genome);
  const auto gene = [&](const char* name) -> double& {
    return genome.genes[*encoding.space().index_of(name)];
  };
  CHECK(encoding.active(genome) == std::vector<std::size_t>{2, 3, 4, 6, 8});
  gene("layers") = 0.9;
  gene("gamma") = 0.1;
  CHECK(encoding.key(genome) == key);
  gene("depth") = 0.99;
  CHECK_FALSE(encoding.key(genome) == key);
}

TEST_CASE("encoding: a key is the same on every machine", "[propagator]") {
  const Encoding encoding(test::finite());
  const GenomeKey key = encoding.key(encoding.encode(
      Params{{"a", std::int64_t{2}}, {"kind", test::text("long")}, {"b", test::text("m")}}));
  CHECK(key.high == 0xd2da721a68868590U);
  CHECK(key.low == 0xdd2dc15085acbb32U);
}

TEST_CASE("encoding: sleeping genes stand at the middle or at the first choice", "[propagator]") {
  const Encoding encoding(SearchSpace({
      {"on", ChoiceDomain{{false, true}}, {}},
      {"x", FloatDomain{.low = 0, .high = 8}, test::when("on", {true})},
      {"n", IntDomain{.low = 1, .high = 9}, test::when("on", {true})},
      {"c", ChoiceDomain{{test::text("a"), test::text("b")}}, test::when("on", {true})},
  }));
  CHECK(encoding.encode(Params{{"on", false}}).genes == std::vector<double>{0, 0.5, 0.5, 0});
}

TEST_CASE("encoding: tells the kinds of genes apart", "[propagator]") {
  const Encoding encoding(test::mixed());
  CHECK(encoding.size() == 10);
  CHECK(encoding.choices(2) == 3);
  CHECK(encoding.levels(2) == 3);
  CHECK(encoding.choices(1) == 0);
  CHECK(encoding.levels(1) == 3);
  CHECK(encoding.levels(3) == 0);
  CHECK(encoding.levels(5) == 15);
  CHECK(encoding.levels(6) == 7);
}

TEST_CASE("encoding: draws each branch and each value equally often", "[propagator]") {
  const Encoding encoding(test::mixed());
  Rng rng{4};
  std::map<std::string, int> models;
  std::map<std::int64_t, int> layers;
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) {
    const Params params = encoding.decode(encoding.random(rng));
    ++models[std::get<std::string>(*find(params, "model"))];
    if (const Value* const value = find(params, "layers")) {
      ++layers[std::get<std::int64_t>(*value)];
    }
  }
  REQUIRE(models.size() == 3);
  for (const auto& [model, count] : models) {
    CHECK(count == Approx(kDraws / 3.0).epsilon(0.05));
  }
  REQUIRE(layers.size() == 6);
  for (const auto& [value, count] : layers) {
    CHECK(count == Approx(models["net"] / 6.0).epsilon(0.1));
  }
}

}  // namespace
}  // namespace evolt
