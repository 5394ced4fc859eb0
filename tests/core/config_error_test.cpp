#include "core/config_error.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace evolt;

TEST_CASE("config error: a sentence of all the parts that are there", "[core]") {
  const ConfigError error(Complaint{.what = "unknown key \"min_step\"",
                                    .key = "stopper.min_step",
                                    .found = "3",
                                    .allowed = "kind, min_steps",
                                    .nearest = "min_steps",
                                    .file = "study.toml",
                                    .line = 12,
                                    .column = 3});
  CHECK(std::string(error.what()) ==
        "study.toml:12:3: unknown key \"min_step\" (stopper.min_step): got 3; allowed: kind, "
        "min_steps; did you mean \"min_steps\"?");
}

TEST_CASE("config error: parts that are missing leave nothing behind", "[core]") {
  CHECK(std::string(ConfigError("no such study").what()) == "no such study");
  CHECK(std::string(ConfigError(Complaint{.what = "bad", .file = "s.toml", .line = 4}).what()) ==
        "s.toml:4: bad");
  CHECK(std::string(ConfigError(Complaint{.what = "bad", .file = "s.toml"}).what()) ==
        "s.toml: bad");
  CHECK(std::string(ConfigError(Complaint{.what = "bad \"a.b\"", .key = "a.b"}).what()) ==
        "bad \"a.b\"");
}

TEST_CASE("config error: a place is filled in once", "[core]") {
  const ConfigError placed = ConfigError("bad").at("study.toml", 7, 2);
  CHECK(std::string(placed.what()) == "study.toml:7:2: bad");
  CHECK(std::string(placed.at("other.toml", 1, 1).what()) == "study.toml:7:2: bad");
  CHECK(placed.complaint().line == 7);
}

TEST_CASE("nearest word: finds what was most likely meant", "[core]") {
  const std::vector<std::string> words = {"default", "asha",      "median",
                                          "none",    "min_steps", "metric"};
  const auto& [typed, meant] = GENERATE(table<std::string, std::string>({
      {"median", "median"},
      {"medain", "median"},  // two letters swapped are one mistake
      {"mediann", "median"},
      {"medin", "median"},
      {"min_step", "min_steps"},
      {"minsteps", "min_steps"},
      {"asah", "asha"},
      {"nono", "none"},
      {"metrics", "metric"},
      {"xyz", ""},
      {"", ""},
      {"completely-different", ""},
  }));
  INFO(typed);
  CHECK(nearest_word(typed, words) == meant);
}

TEST_CASE("nearest word: of equally near words the first one, of none nothing", "[core]") {
  const std::vector<std::string> words = {"lr_a", "lr_b"};
  CHECK(nearest_word("lr_c", words) == "lr_a");
  CHECK(nearest_word("lr", {}).empty());
}
