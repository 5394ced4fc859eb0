#include "workers/flat_json.hpp"

#include "workers/line_splitter.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace evolt {

TEST_CASE("flat json: reads one object with all kinds of fields", "[workers]") {
  FlatJson json;
  REQUIRE(
      json.parse("  {\"a\": 1, \"b\":-2.5e3,\"c\" :\"x\\\"\\u00e9\\ud83d\\ude00\\n\", \"d\":true,"
                 "\"e\":null,\"f\":{\"g\":[1,{\"h\":\"}\"}]},\"a\":7 } \r"));
  REQUIRE(json.fields().size() == 7);
  CHECK(json.find("a")->whole == 7);
  CHECK(json.find("b")->number == -2500);
  CHECK_FALSE(json.find("b")->whole);
  CHECK(json.find("c")->text == "x\"é😀\n");
  CHECK(json.find("d")->flag);
  CHECK(json.find("e")->kind == FlatJson::Kind::null);
  CHECK(json.find("f")->kind == FlatJson::Kind::nested);
  CHECK(json.find("f")->text == "{\"g\":[1,{\"h\":\"}\"}]}");
  CHECK(json.find("z") == nullptr);
  REQUIRE(json.parse("{}"));
  CHECK(json.fields().empty());
}

TEST_CASE("flat json: takes numbers that are not finite", "[workers]") {
  const auto [text, value] = GENERATE(table<std::string, double>({{"NaN", NAN},
                                                                  {"nan", NAN},
                                                                  {"-nan", NAN},
                                                                  {"Infinity", INFINITY},
                                                                  {"-Infinity", -INFINITY},
                                                                  {"inf", INFINITY},
                                                                  {"-inf", -INFINITY},
                                                                  {"1e400", INFINITY},
                                                                  {"-1e400", -INFINITY},
                                                                  {"1e-400", 0.0},
                                                                  {"5e-324", 5e-324}}));
  FlatJson json;
  const std::string line = "{\"v\":" + text + "}";
  REQUIRE(json.parse(line));
  const double read = json.find("v")->number;
  CHECK((std::isnan(value) ? std::isnan(read) : read == value));
}

TEST_CASE("flat json: refuses everything else", "[workers]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", " ", "x", "[1]", "1", "{", "}", "{\"a\":1", "{\"a\":1}}",
      "{\"a\":1} x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\":01}",
      "{\"a\":-01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":0x10}",
      "{\"a\":1_0}", "{\"a\":1 2}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
      "{\"a\":\"", "{\"a\":\"\\", "{\"a\":[1}", "{\"a\":{]}", "{\"a\":tru}", "{\"a\":\"\xC3\"}",
      "{\"\xFF\":1}", "{\"a\":1}{\"a\":1}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\xC0\x80\"}",
      "{\"a\":[1,]}", "{\"a\":--1}", "{\"a\":nanx}");
  INFO(text);
  FlatJson json;
  CHECK_FALSE(json.parse(text));
}

TEST_CASE("flat json: nesting is bounded", "[workers]") {
  FlatJson json;
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(json.parse(nested(60)));
  CHECK_FALSE(json.parse(nested(100000)));
}

TEST_CASE("flat json: agrees with a full parser on mutated lines", "[workers]") {
  // Whatever both accept must read the same; what we accept, the other must (but for nan and inf).
  const std::string seeds[] = {
      R"({"step": 12, "train_loss": 0.125, "val_accuracy": 9.75e-1, "phase": "train", "items": 64})",
      R"({"a":[1,2,{"b":"c\n\u00e9"}],"d":null,"e":false,"f":"\ud83d\ude00","g":-0.0,"h":1E+5})"};
  std::mt19937 random(11);  // NOLINT: a fixed seed on purpose
  FlatJson json;
  int agreed = 0;
  for (int i = 0; i < 60000; ++i) {
    std::string text = seeds[random() % 2];
    for (unsigned changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      static constexpr std::string_view kBytes = "{}[]\",:\\0123456789.eE+-ntu \xC3\xA9";
      switch (random() % 3) {
        case 0:
          text[at] = kBytes[random() % kBytes.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 3);
          break;
        default:
          text.insert(at, 1, kBytes[random() % kBytes.size()]);
      }
    }
    const auto other = nlohmann::json::parse(text, nullptr, false);
    const bool ours = json.parse(text);
    INFO(text);
    if (ours && !other.is_object()) {
      // We alone take numbers that overflow, words for not finite, and half a surrogate pair.
      const bool finite =
          std::all_of(json.fields().begin(), json.fields().end(),
                      [](const auto& field) { return std::isfinite(field.number); });
      REQUIRE((!finite || text.find("\\ud") != std::string::npos));
    } else if (ours) {
      for (const auto& field : json.fields()) {
        if (field.kind == FlatJson::Kind::number && json.find(field.key) == &field) {
          REQUIRE(other[std::string(field.key)].get<double>() == field.number);
        } else if (field.kind == FlatJson::Kind::text && json.find(field.key) == &field) {
          REQUIRE(other[std::string(field.key)].get<std::string>() == field.text);
        }
      }
      ++agreed;
    } else if (other.is_object()) {
      FAIL("refused what is valid");
    }
  }
  CHECK(agreed > 5000);
}

TEST_CASE("flat json: what we write reads back", "[workers]") {
  const Params params = {{"lr", 0.25},
                         {"one", 1.0},
                         {"n", std::int64_t{-5}},
                         {"b", false},
                         {"s", std::string("q\" \\ \n \x01 é")}};
  std::string text;
  append_json(text, params);
  CHECK(text ==
        "{\"lr\":0.25,\"one\":1.0,\"n\":-5,\"b\":false,\"s\":\"q\\\" \\\\ \\u000a \\u0001 é\"}");
  CHECK(params_from_json(nlohmann::ordered_json::parse(text)) == params);
}

TEST_CASE("text: printable mends what is broken", "[workers]") {
  CHECK(printable("a\tb\x1b[0m\xC3(\xE2\x82") == "a\tb [0m\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(is_utf8("é😀"));
  CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));
}

TEST_CASE("line splitter: lines do not depend on how they were cut", "[workers]") {
  const std::string text = "one\ntwo\r\nthree\rfour\n\nfive" + std::string(300, 'x') + "\nsix";
  const auto cut = GENERATE(range<std::size_t>(1, 40));
  LineSplitter splitter(100);
  std::string raw;
  std::vector<std::string> whole;
  const auto take = [&](std::string_view piece, bool is_whole) {
    raw += piece;
    if (is_whole) {
      whole.emplace_back(piece);
    }
  };
  for (std::size_t at = 0; at < text.size(); at += cut) {
    splitter.feed(std::string_view(text).substr(at, cut), take);
  }
  splitter.finish(take);
  CHECK(raw == text);
  CHECK(whole ==
        std::vector<std::string>{"one\n", "two\r", "\n", "three\r", "four\n", "\n", "six"});
}

}  // namespace evolt
