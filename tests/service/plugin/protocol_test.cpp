#include "service/plugin/protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <limits>

namespace evolt {
namespace {

using nlohmann::json;
using Kind = PluginWord::Kind;

Study study() {
  return parse_study(R"(
[study]
name = "small"
seed = 4
[islands]
count = 2
[objective]
maximize = "acc"
minimize = "loss"
[param]
opt = { type = "choice", values = ["sgd", "adam", 3] }
lr = { type = "float", low = 1e-5, high = 0.1, scale = "log" }
n = { type = "int", low = 1, high = 8, when = { opt = "sgd" } }
[[forbid]]
n = 3
)",
                     "small.toml");
}

PluginWord read(std::string_view line) {
  static const Study kStudy = study();
  return read_plugin_line(line, true, kStudy.space);
}

}  // namespace

TEST_CASE("plug-in protocol: the first line holds the space as the study file has it",
          "[service]") {
  const PluginSeat seat{.island = IslandId{1}, .rank = RankId{3}};
  const json hello = json::parse(hello_line(study(), seat, 1));
  CHECK(hello.at("event") == "hello");
  CHECK(hello.at("protocol") == 1);
  CHECK(hello.at("island") == 1);
  CHECK(hello.at("rank") == 3);
  CHECK(hello.at("objectives") == json::parse(R"([{"name":"acc","direction":"maximize"},
                        {"name":"loss","direction":"minimize"}])"));
  CHECK(hello.at("params").at("n") ==
        json::parse(R"({"type":"int","low":1,"high":8,"scale":"linear","step":1,
                        "when":{"opt":["sgd"]}})"));
  CHECK(hello.at("params").at("lr").at("scale") == "log");
  CHECK(hello.at("params").at("opt").at("values") == json::parse(R"(["sgd","adam",3])"));
  CHECK(hello.at("forbid") == json::parse(R"([{"n":[3]}])"));
}

TEST_CASE("plug-in protocol: no two processes have the same seed, a start again has the same",
          "[service]") {
  const auto seed = [](const PluginSeat& seat, std::uint64_t life) {
    return json::parse(hello_line(study(), seat, life)).at("seed").get<std::uint64_t>();
  };
  const PluginSeat seat{};
  CHECK(seed(seat, 1) == seed(seat, 1));
  CHECK(seed(seat, 1) != seed(seat, 2));
  CHECK(seed(seat, 1) != seed({.island = IslandId{1}}, 1));
  CHECK(seed(seat, 1) != seed({.rank = RankId{1}}, 1));
  CHECK(seed(seat, 1) != seed({.incarnation = 2}, 1));
  CHECK(seed(seat, 1) < (std::uint64_t{1} << 53));
}

TEST_CASE("plug-in protocol: results have the user's sign", "[service]") {
  const Study now = study();
  Individual one{.id = {1, 0, 7}, .scores = {-0.9, 0.5}, .violation = 0.25};
  const Params params{{"opt", std::string("adam")}, {"lr", 0.01}};
  const json line = json::parse(result_line(
      one, params, {{"acc", 0.9}, {"x", std::numeric_limits<double>::quiet_NaN()}}, now.objective));
  CHECK(line == json::parse(R"({"event":"result","trial":"1.0.7","status":"finished",
      "params":{"opt":"adam","lr":0.01},"scores":[0.9,0.5],"violation":0.25,
      "metrics":{"acc":0.9,"x":null}})"));
  one.standing = Standing::stopped;
  one.violation = 0;
  const json stopped = json::parse(result_line(one, params, {}, now.objective));
  CHECK(stopped.at("status") == "stopped");
  CHECK(!stopped.contains("violation"));
  one.scores.clear();
  const json failed = json::parse(result_line(one, params, {}, now.objective));
  CHECK(failed.at("status") == "failed");
  CHECK(failed.at("scores") == json::array());
}

TEST_CASE("plug-in protocol: a trial that runs, and an ask", "[service]") {
  CHECK(json::parse(started_line({1, 0, 7}, {{"lr", 0.5}}, 12)) ==
        json::parse(R"({"event":"started","trial":"1.0.7","ask":12,"params":{"lr":0.5}})"));
  CHECK(!json::parse(started_line({1, 0, 7}, {}, 0)).contains("ask"));
  CHECK(json::parse(ask_line(3)) == json::parse(R"({"event":"ask","ask":3,"count":1})"));
}

TEST_CASE("plug-in protocol: a proposal is read, what is not active left out", "[service]") {
  const PluginWord word = read(R"({"ask":12,"params":{"n":2.0,"lr":1e-3,"opt":"sgd"}})");
  CHECK(word.kind == Kind::proposes);
  CHECK(word.ask == 12);
  CHECK(study().space.check(word.params).ok());
  CHECK(word.params.size() == 3);
  const PluginWord other = read(R"({"ask":1,"params":{"n":2,"lr":1e-3,"opt":"adam"}})");
  CHECK(other.kind == Kind::proposes);
  CHECK(find(other.params, "n") == nullptr);
  // Nor does it matter what stands there.
  CHECK(read(R"({"ask":12,"params":{"opt":"adam","lr":0.01,"n":null}})").kind == Kind::proposes);
  CHECK(read(R"({"ask":12,"params":null})").kind == Kind::passes);
}

TEST_CASE("plug-in protocol: what cannot be understood says why", "[service]") {
  const auto why = [](std::string_view line) {
    const PluginWord word = read(line);
    CHECK(word.kind == Kind::broken);
    return word.why;
  };
  CHECK(why("{nonsense") == "a line is not JSON");
  CHECK(why("{\"ask\":1,\"params\":{\"lr\":NaN}}") == "a line is not JSON");
  CHECK(why(R"({"params":{}})") == "a line has no whole number as \"ask\"");
  CHECK(why(R"({"ask":1.5,"params":{}})") == "a line has no whole number as \"ask\"");
  CHECK(why(R"({"ask":1})") == "a line has no \"params\"");
  CHECK(why(R"({"ask":1,"params":[1]})") == "\"params\" is not an object");
  CHECK(why(R"({"ask":1,"params":{"lrr":1}})") ==
        "there is no parameter \"lrr\"; did you mean \"lr\"?");
  CHECK(why(R"({"ask":1,"params":{"lr":[1]}})") ==
        "the value of \"lr\" is not a number, a text or a boolean");
  CHECK(read_plugin_line("{\"ask\"", false, study().space).why == "a line is longer than 256 KiB");
  CHECK(read("epoch 3").kind == Kind::chatter);
  CHECK(read("[1]").kind == Kind::chatter);
  CHECK(read("").kind == Kind::chatter);
}

}  // namespace evolt
