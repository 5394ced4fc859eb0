#include "workers/command_line.hpp"

#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"

namespace evolt::testing {

TEST_CASE("command: places are filled, one argument stays one", "[workers]") {
  const CommandTemplate command(
      {"run", "--lr={lr}", "{params}", "{act}-{lr}", "{", "}", "{ lr }", "${lr}x"},
      {"lr", "act", "momentum"});
  const auto argv = command.fill({{"lr", 0.25}, {"act", std::string("a b")}}, 9);
  REQUIRE(argv.ok());
  CHECK(*argv == std::vector<std::string>{"run", "--lr=0.25", "--lr=0.25", "--act=a b", "a b-0.25",
                                          "{", "}", "{ lr }", "$0.25x"});
}

TEST_CASE("command: an argument for an inactive parameter is left out, and only that",
          "[workers]") {
  const CommandTemplate command({"run", "--momentum={momentum}", "-m", "{momentum}", "end"},
                                {"lr", "momentum"});
  CHECK(*command.fill({{"lr", 1.0}}, 9) == std::vector<std::string>{"run", "-m", "end"});
  CHECK(*command.fill({{"lr", 1.0}, {"momentum", 0.5}}, 9) ==
        std::vector<std::string>{"run", "--momentum=0.5", "-m", "0.5", "end"});
}

TEST_CASE("command: a misspelt place is found, foreign braces are left alone", "[workers]") {
  try {
    CommandTemplate({"run", "--x={momentun}"}, {"lr", "momentum"});
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.complaint().key == "trial.command");
    CHECK(error.complaint().nearest == "{momentum}");
    CHECK(error.complaint().found == "--x={momentun}");
  }
  const CommandTemplate awk({"awk", "{print $1}", "${momentun}"}, {"lr", "momentum"});
  CHECK(*awk.fill({}, 9) == std::vector<std::string>{"awk", "{print $1}", "${momentun}"});
}

TEST_CASE("command: an empty one is refused", "[workers]") {
  CHECK_THROWS_AS(CommandTemplate({}, {}), ConfigError);
  CHECK_THROWS_AS(CommandTemplate({""}, {}), ConfigError);
  CHECK_THROWS_AS(CommandTemplate({std::string("a\0b", 3)}, {}), ConfigError);
}

TEST_CASE("command: the program may depend on a parameter", "[workers]") {
  const CommandTemplate command({"{solver}", "x"}, {"solver"});
  CHECK(command.program_varies());
  CHECK(command.fill({{"solver", std::string("cg")}}, 9)->front() == "cg");
  CHECK(absl::IsInvalidArgument(command.fill({{"solver", std::string("")}}, 9).status()));
  CHECK_FALSE(CommandTemplate({"run", "{solver}"}, {"solver"}).program_varies());
}

TEST_CASE("program: found on the path or by its place", "[workers]") {
  TempDir dir;
  write(dir / "tool", "#!/bin/sh\n");
  const std::string path = "/nowhere:" + dir.str();
  CHECK(absl::IsPermissionDenied(find_program("tool", path, "/").status()));
  CHECK(absl::IsPermissionDenied(find_program("./tool", "", dir.str()).status()));
  fs::permissions(dir / "tool", fs::perms::owner_all);
  CHECK(find_program("tool", path, "/").value() == (dir / "tool").string());
  CHECK(find_program("./tool", "", dir.str()).value() == (dir / "tool").string());
  CHECK(find_program((dir / "tool").string(), "", "/").value() == (dir / "tool").string());
  const auto missing = find_program("no-such-tool", path, "/");
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(std::string(missing.status().message()).find("no-such-tool") != std::string::npos);
  CHECK(std::string(missing.status().message()).find(path) != std::string::npos);
  const auto beside = find_program("tool", "/nowhere", dir.str());
  CHECK(std::string(beside.status().message()).find("./tool") != std::string::npos);
  CHECK(absl::IsNotFound(find_program("./gone", "", dir.str()).status()));
  CHECK(absl::IsPermissionDenied(find_program(".//", "", dir.str()).status()));
}

TEST_CASE("command line: the goal is a place of its own, unless a parameter is called so",
          "[workers]") {
  const CommandTemplate command({"run", "--epochs={goal}", "${goal}"}, {"lr"});
  CHECK(*command.fill({{"lr", 1.0}}, 9) ==
        std::vector<std::string>{"run", "--epochs=9", "${goal}"});
  CHECK_FALSE(command.program_varies());
  CHECK(CommandTemplate({"train-{goal}"}, {}).program_varies());
  const CommandTemplate own({"run", "--goal={goal}"}, {"goal"});
  CHECK(*own.fill({{"goal", 2.5}}, 9) == std::vector<std::string>{"run", "--goal=2.5"});
  CHECK(*own.fill({}, 9) == std::vector<std::string>{"run"});
}

TEST_CASE("command: what evolt sets itself is left out of {params}, but not of its own place",
          "[workers]") {
  const CommandTemplate command({"train", "{params}", "--watts={limit}"}, {"lr", "limit"},
                                {"limit", ""});
  const auto argv = command.fill({{"lr", 0.5}, {"limit", 200.0}}, 9);
  REQUIRE(argv.ok());
  CHECK(*argv == std::vector<std::string>{"train", "--lr=0.5", "--watts=200"});
}

}  // namespace evolt::testing
