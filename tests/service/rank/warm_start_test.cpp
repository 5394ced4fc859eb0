#include "service/run/warm_start.hpp"

#include "study_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

SearchSpace space() {
  return SearchSpace({{"lr", FloatDomain{.low = 1e-4, .high = 0.1, .scale = Scale::log}, {}},
                      {"width", IntDomain{.low = 8, .high = 64, .step = 8}, {}},
                      {"kind", ChoiceDomain{{std::string("a"), std::string("b")}}, {}}});
}

Json trial(Json params, Json score) {
  return {{"params", std::move(params)}, {"scores", {{"acc", std::move(score)}}}};
}

Json study(std::vector<Json> trials) {
  return {{"summary", {{"objective", {{{"name", "acc"}, {"goal", "maximize"}}}}}},
          {"trials", std::move(trials)}};
}

}  // namespace

TEST_CASE("warm start: the best of another study in our values, best first", "[service]") {
  const auto prior = prior_from_export(
      study({trial({{"lr", 0.001}, {"width", 30}}, 0.5),
             trial({{"lr", 0.01}}, 0.9),
             trial({{"lr", 0.02}}, nullptr),
             {{"params", {{"lr", 0.03}}}},
             trial({{"lr", 5}, {"width", 500.0}, {"kind", "c"}, {"other", true}}, 0.7)}),
      space());
  REQUIRE(prior.size() == 3);
  CHECK(prior[0] == Params{{"lr", 0.01}});
  CHECK(prior[1] == Params{{"lr", 0.1}, {"width", std::int64_t{64}}});
  CHECK(prior[2] == Params{{"lr", 0.001}, {"width", std::int64_t{32}}});
}

TEST_CASE("warm start: of a large study the best fifth", "[service]") {
  std::vector<Json> trials;
  for (int i = 0; i < 100; ++i) {
    trials.push_back(trial({{"lr", 0.0002 + i * 1e-5}}, i));
  }
  const auto prior = prior_from_export(study(trials), space());
  REQUIRE(prior.size() == 20);
  CHECK(std::get<double>(*find(prior[0], "lr")) == Approx(0.0002 + 99e-5));
}

TEST_CASE("warm start: a study without a word in common gives nothing", "[service]") {
  CHECK(prior_from_export(study({trial({{"beta", 1}}, 1)}), space()).empty());
}

TEST_CASE("warm start: a directory that holds no study is named", "[service]") {
  Study study = test::small_study();
  CHECK(read_prior(study)->empty());
  study.search.warm_start = {"nowhere"};
  const auto prior = read_prior(study);
  REQUIRE_FALSE(prior.ok());
  CHECK(prior.status().message().find("nowhere") != std::string_view::npos);
}

}  // namespace evolt
