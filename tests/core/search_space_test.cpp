#include "core/search_space.hpp"

#include "core/config_error.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace evolt;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value text(const char* word) {
  return std::string(word);
}
Value whole(std::int64_t number) {
  return number;
}

/// sgd | adam; beta only with adam; momentum only with sgd; layers 1 .. 3; width only with 2 or
/// more.
SearchSpace conditional_space() {
  return SearchSpace({{.name = "width",
                       .domain = IntDomain{16, 64, Scale::log, 16},
                       .when = {{{.param = "layers", .ge = 2}}}},
                      {.name = "layers", .domain = IntDomain{1, 3}},
                      {.name = "optimizer", .domain = ChoiceDomain{{text("sgd"), text("adam")}}},
                      {.name = "beta",
                       .domain = FloatDomain{0.5, 0.999},
                       .when = {{{.param = "optimizer", .any_of = {text("adam")}}}}},
                      {.name = "lr", .domain = FloatDomain{1e-5, 0.1, Scale::log}}},
                     {{{{.param = "layers", .any_of = {whole(3)}}, {.param = "lr", .gt = 0.01}}}});
}

/// The key and the sentence of the complaint about a space; empty when there is none.
std::pair<std::string, std::string> complaint(std::vector<Parameter> parameters,
                                              std::vector<Condition> forbidden = {}) {
  try {
    const SearchSpace space(std::move(parameters), std::move(forbidden));
  } catch (const ConfigError& error) {
    return {error.complaint().key, error.what()};
  }
  return {};
}

std::string key_for(Domain domain) {
  return complaint({{.name = "x", .domain = std::move(domain)}}).first;
}

std::string why_not(const SearchSpace& space, const Params& params) {
  return std::string(space.check(params).message());
}

TEST_CASE("search space: a power limit is a linear float above 0, and there is one of a kind",
          "[core]") {
  const auto space = [](Domain domain, int count = 1) {
    std::vector<Parameter> parameters;
    for (int i = 0; i < count; ++i) {
      parameters.push_back({"limit" + std::to_string(i), domain, {}, Knob::gpu_power_limit});
    }
    return SearchSpace(parameters);
  };
  CHECK_NOTHROW(space(FloatDomain{100, 300}));
  CHECK_THROWS_AS(space(FloatDomain{0, 300}), ConfigError);
  CHECK_THROWS_AS(space(FloatDomain{100, 300, Scale::log}), ConfigError);
  CHECK_THROWS_AS(space(IntDomain{100, 300}), ConfigError);
  CHECK_THROWS_AS(space(FloatDomain{100, 300}, 2), ConfigError);
}

}  // namespace

TEST_CASE("search space: each parameter comes after those it depends on", "[core]") {
  const SearchSpace space = conditional_space();
  CHECK(space.size() == 5);
  CHECK(space.order() == std::vector<std::size_t>{1, 2, 3, 4, 0});
  CHECK(space.index_of("beta") == 3U);
  CHECK_FALSE(space.index_of("bet").has_value());
}

TEST_CASE("search space: accepts exactly the active parameters", "[core]") {
  const SearchSpace space = conditional_space();
  CHECK(why_not(space, {{"layers", whole(1)}, {"optimizer", text("sgd")}, {"lr", 0.1}}).empty());
  CHECK(why_not(space, {{"lr", 0.01},
                        {"width", whole(32)},
                        {"layers", whole(2)},
                        {"optimizer", text("adam")},
                        {"beta", 0.9}})
            .empty());
  CHECK(why_not(space,
                {{"layers", whole(1)}, {"optimizer", text("sgd")}, {"lr", 0.1}, {"beta", 0.9}}) ==
        "parameter \"beta\" is not active here");
  CHECK(why_not(space, {{"layers", whole(2)}, {"optimizer", text("sgd")}, {"lr", 0.1}}) ==
        "parameter \"width\" is active, but has no value");
  CHECK(why_not(space, {{"lrr", 0.1}}) == "there is no parameter \"lrr\"");
  CHECK(why_not(space, {{"lr", 0.1}, {"lr", 0.1}}) == "parameter \"lr\" stands twice");
}

TEST_CASE("search space: says which value is wrong", "[core]") {
  const SearchSpace space = conditional_space();
  CHECK(why_not(space, {{"layers", whole(1)}, {"optimizer", text("sgd")}, {"lr", 3.0}}) ==
        "lr = 3 is outside [1e-05, 0.1]");
  CHECK(why_not(space, {{"layers", whole(1)}, {"optimizer", text("rms")}, {"lr", 0.1}}) ==
        "optimizer = rms is not one of sgd, adam");
}

TEST_CASE("search space: refuses forbidden combinations", "[core]") {
  const SearchSpace space = conditional_space();
  const auto params = [](double lr) {
    return Params{
        {"layers", whole(3)}, {"width", whole(16)}, {"optimizer", text("sgd")}, {"lr", lr}};
  };
  CHECK(why_not(space, params(0.01)).empty());
  CHECK(why_not(space, params(0.02)) == "[[forbid]] number 1 forbids it");
}

TEST_CASE("search space: a sleeping parent puts its children to sleep", "[core]") {
  const SearchSpace space(
      {{.name = "a", .domain = ChoiceDomain{{text("on"), text("off")}}},
       {.name = "b", .domain = IntDomain{0, 5}, .when = {{{.param = "a", .any_of = {text("on")}}}}},
       {.name = "c", .domain = IntDomain{0, 5}, .when = {{{.param = "b", .ge = 3}}}}});
  CHECK(why_not(space, {{"a", text("off")}}).empty());
  CHECK(why_not(space, {{"a", text("off")}, {"c", whole(1)}}) ==
        "parameter \"c\" is not active here");
  CHECK(why_not(space, {{"a", text("on")}, {"b", whole(4)}, {"c", whole(1)}}).empty());
}

TEST_CASE("check value: floats lie within rounding of their range and grid", "[core]") {
  const Domain plain = FloatDomain{0.1, 0.3};
  CHECK(check_value(plain, 0.1 + 0.2).ok());  // 0.30000000000000004
  CHECK(check_value(plain, 0.1).ok());
  CHECK_FALSE(check_value(plain, 0.31).ok());
  CHECK_FALSE(check_value(plain, kNan).ok());
  CHECK_FALSE(check_value(plain, kInfinity).ok());
  CHECK_FALSE(check_value(plain, text("0.2")).ok());
  CHECK_FALSE(check_value(plain, true).ok());
  CHECK(check_value(FloatDomain{0, 4}, whole(3)).ok());
  const Domain stepped = FloatDomain{0, 1, Scale::linear, 0.1};
  CHECK(check_value(stepped, 0.1 * 3).ok());
  CHECK_FALSE(check_value(stepped, 0.35).ok());
}

TEST_CASE("check value: whole numbers must be whole, in range and on the grid", "[core]") {
  const Domain domain = IntDomain{2, 10, Scale::linear, 4};
  CHECK(check_value(domain, whole(2)).ok());
  CHECK(check_value(domain, whole(10)).ok());
  CHECK(check_value(domain, 6.0).ok());
  CHECK_FALSE(check_value(domain, whole(4)).ok());
  CHECK_FALSE(check_value(domain, whole(14)).ok());
  CHECK_FALSE(check_value(domain, 2.5).ok());
  CHECK_FALSE(check_value(domain, text("2")).ok());
}

TEST_CASE("check value: choices and ordinals take what is listed", "[core]") {
  const Domain ordinal = OrdinalDomain{{whole(8), whole(16), 0.5}};
  CHECK(check_value(ordinal, whole(8)).ok());
  CHECK(check_value(ordinal, 16.0).ok());
  CHECK_FALSE(check_value(ordinal, whole(9)).ok());
  CHECK_FALSE(check_value(ChoiceDomain{{text("1")}}, whole(1)).ok());
}

TEST_CASE("search space: domains that make no sense are refused under their name", "[core]") {
  const std::string key = "param.x";
  CHECK(key_for(FloatDomain{1, 0}) == key);
  CHECK(key_for(FloatDomain{0, kInfinity}) == key);
  CHECK(key_for(FloatDomain{kNan, 1}) == key);
  CHECK(key_for(FloatDomain{0, 1, Scale::log}) == key);
  CHECK(key_for(FloatDomain{-1, 1, Scale::log}) == key);
  CHECK(key_for(FloatDomain{0, 1, Scale::linear, 0.0}) == key);
  CHECK(key_for(FloatDomain{0, 1, Scale::linear, 2.0}) == key);
  CHECK(key_for(FloatDomain{0, 1, Scale::linear, kNan}) == key);
  CHECK(key_for(IntDomain{5, 4}) == key);
  CHECK(key_for(IntDomain{0, 4, Scale::log}) == key);
  CHECK(key_for(IntDomain{0, 4, Scale::linear, 0}) == key);
  CHECK(key_for(IntDomain{0, 4, Scale::linear, 5}) == key);
  CHECK(key_for(IntDomain{0, (std::int64_t{1} << 53) + 1}) == key);
  CHECK(key_for(ChoiceDomain{}) == key);
  CHECK(key_for(OrdinalDomain{}) == key);
  CHECK(key_for(ChoiceDomain{{text("a"), text("a")}}) == key);
  CHECK(key_for(ChoiceDomain{{whole(1), text("1")}}) == key);
  CHECK(key_for(ChoiceDomain{{kNan}}) == key);
  CHECK(key_for(FloatDomain{1, 1}).empty());
  CHECK(key_for(IntDomain{3, 3}).empty());
}

TEST_CASE("search space: names must be there, and once", "[core]") {
  CHECK(complaint({}).first == "param");
  CHECK(complaint({{.name = "", .domain = FloatDomain{}}}).first == "param.");
  CHECK(complaint({{.name = "a", .domain = FloatDomain{}}, {.name = "a", .domain = IntDomain{}}})
            .first == "param.a");
}

TEST_CASE("search space: conditions must be able to hold", "[core]") {
  const auto on = [](Requirement requirement, Domain domain = IntDomain{0, 5}) {
    return complaint({{.name = "momentum", .domain = std::move(domain)},
                      {.name = "x", .domain = FloatDomain{}, .when = {{std::move(requirement)}}}});
  };
  CHECK(on({.param = "momentum", .ge = 5}).first.empty());
  CHECK(on({.param = "momentum", .gt = 5}).first == "param.x");
  CHECK(on({.param = "momentum", .lt = 0}).first == "param.x");
  CHECK(on({.param = "momentum", .any_of = {whole(6)}}).first == "param.x");
  CHECK(on({.param = "momentum", .any_of = {text("a")}}).first == "param.x");
  const auto [key, sentence] = on({.param = "momentun", .ge = 1});
  CHECK(key == "param.x");
  CHECK(sentence.find("did you mean \"momentum\"?") != std::string::npos);
  CHECK(on({.param = "momentum", .any_of = {text("adm")}}, ChoiceDomain{{text("adam")}})
            .second.find("did you mean \"adam\"?") != std::string::npos);
}

TEST_CASE("search space: conditions in a circle are refused", "[core]") {
  const auto when = [](const char* name) { return Condition{{{.param = name, .ge = 0}}}; };
  CHECK(complaint({{.name = "a", .domain = IntDomain{}, .when = when("b")},
                   {.name = "b", .domain = IntDomain{}, .when = when("a")}})
            .second.find("circle") != std::string::npos);
  CHECK(complaint({{.name = "a", .domain = IntDomain{}, .when = when("a")}}).first == "param.a");
}

TEST_CASE("search space: forbidden combinations are checked too", "[core]") {
  const std::vector<Parameter> parameters = {{.name = "a", .domain = IntDomain{0, 5}}};
  CHECK(complaint(parameters, {{}}).first == "forbid.0");
  CHECK(complaint(parameters, {{{{.param = "a", .ge = 2}}}, {{{.param = "b", .ge = 2}}}}).first ==
        "forbid.1");
}

TEST_CASE("search space: counts its configurations, conditions included", "[core]") {
  CHECK_FALSE(conditional_space().cardinality().has_value());  // an unstepped float
  const SearchSpace space({{.name = "kind", .domain = ChoiceDomain{{text("a"), text("b")}}},
                           {.name = "depth",
                            .domain = IntDomain{1, 4},
                            .when = {{{.param = "kind", .any_of = {text("b")}}}}},
                           {.name = "rate", .domain = FloatDomain{0, 1, Scale::linear, 0.25}}});
  CHECK(space.cardinality() == 5 * (1 + 4));
}

TEST_CASE("value count: how many values a domain has", "[core]") {
  CHECK(value_count(IntDomain{1, 10, Scale::linear, 4}) == 3);
  CHECK(value_count(FloatDomain{0, 1, Scale::linear, 0.1}) == 11);
  CHECK(value_count(FloatDomain{2, 2}) == 1);
  CHECK_FALSE(value_count(FloatDomain{0, 1}).has_value());
  CHECK(value_count(ChoiceDomain{{text("a"), text("b")}}) == 2);
  CHECK(value_count(OrdinalDomain{{whole(1)}}) == 1);
}

TEST_CASE("requirement: bounds and lists accept what they say", "[core]") {
  const Requirement range{.param = "x", .ge = 1, .lt = 2};
  CHECK(range.accepts(1.0));
  CHECK(range.accepts(whole(1)));
  CHECK_FALSE(range.accepts(2.0));
  CHECK_FALSE(range.accepts(text("1")));
  const Requirement listed{.param = "x", .any_of = {text("a"), whole(2)}};
  CHECK(listed.accepts(text("a")));
  CHECK(listed.accepts(2.0));
  CHECK_FALSE(listed.accepts(text("2")));
}
