#include "core/value.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

using namespace evolt;

TEST_CASE("value: the text a trainer sees is the shortest that reads back", "[core]") {
  CHECK(to_text(true) == "true");
  CHECK(to_text(false) == "false");
  CHECK(to_text(std::int64_t{-7}) == "-7");
  CHECK(to_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(1e-5) == "1e-05");
  CHECK(to_text(std::string("two words")) == "two words");
  const double value = GENERATE(as<double>(), 0.1, 1.0 / 3, 1e300, 5e-324, -2.5e-7);
  CHECK(std::strtod(to_text(value).c_str(), nullptr) == value);
}

TEST_CASE("value: numbers are the same by value, all else by type", "[core]") {
  CHECK(same_value(std::int64_t{1}, 1.0));
  CHECK(same_value(0.5, 0.5));
  CHECK_FALSE(same_value(std::int64_t{1}, 1.5));
  CHECK_FALSE(same_value(true, std::int64_t{1}));
  CHECK_FALSE(same_value(std::string("1"), std::int64_t{1}));
  CHECK(same_value(std::string("adam"), std::string("adam")));
}

TEST_CASE("value: JSON keeps the type", "[core]") {
  const Value value = GENERATE(Value(true), Value(std::int64_t{3}), Value(3.0), Value(0.25),
                               Value(std::string("3")));
  CHECK(value_from_json(nlohmann::json::parse(to_json(value).dump())) == value);
}

TEST_CASE("value: JSON without a plain value is refused", "[core]") {
  const std::string text = GENERATE(as<std::string>(), "null", "[1]", "{}");
  CHECK_THROWS_AS(value_from_json(nlohmann::json::parse(text)), std::invalid_argument);
}

TEST_CASE("params: keep their order through JSON", "[core]") {
  const Params params = {
      {"zeta", 0.5}, {"alpha", std::int64_t{2}}, {"mid", std::string("x")}, {"flag", false}};
  const std::string text = params_to_json(params).dump();
  CHECK(text == R"({"zeta":0.5,"alpha":2,"mid":"x","flag":false})");
  CHECK(params_from_json(nlohmann::ordered_json::parse(text)) == params);
  CHECK(params_from_json(nlohmann::ordered_json::object()).empty());
}

TEST_CASE("params: are found by name", "[core]") {
  const Params params = {{"a", 0.5}, {"b", true}};
  REQUIRE(find(params, "b") != nullptr);
  CHECK(*find(params, "b") == Value(true));
  CHECK(find(params, "c") == nullptr);
}

TEST_CASE("params: JSON that is no object of plain values is refused", "[core]") {
  const std::string text =
      GENERATE(as<std::string>(), "[]", "3", "null", R"({"a":null})", R"({"a":[1]})");
  CHECK_THROWS_AS(params_from_json(nlohmann::ordered_json::parse(text)), std::invalid_argument);
}
