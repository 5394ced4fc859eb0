#include "service/stdio/stdio.hpp"

#include "study_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

namespace evolt {
namespace {

using nlohmann::json;
using test::small_study;

}  // namespace

TEST_CASE("stdio: asks, reports, tells and names the best", "[service]") {
  StdioSession session(small_study());
  CHECK(session.reply(R"({"best":1})") == R"({"best":null})");
  const json asked = json::parse(session.reply(R"({"ask":1})"));
  CHECK(asked.at("trial") == 1);
  CHECK(asked.at("params").contains("x"));
  CHECK(session.reply(R"({"report":{"trial":1,"step":1,"metrics":{"acc":0.25}}})") ==
        R"({"verdict":"proceed"})");
  CHECK(session.reply(R"({"tell":{"trial":1,"metrics":{"acc":0.5}}})") == R"({"ok":true})");
  const json best = json::parse(session.reply(R"({"best":1})")).at("best");
  CHECK(best.at("trial") == 1);
  CHECK(best.at("score") == 0.5);
  CHECK(best.at("params") == asked.at("params"));
  CHECK(best.at("metrics").at("acc") == 0.5);
}

TEST_CASE("stdio: the same lines give the same replies", "[service]") {
  StdioSession first(small_study());
  StdioSession second(small_study());
  for (int i = 1; i <= 20; ++i) {
    const std::string ask = R"({"ask":1})";
    CHECK(first.reply(ask) == second.reply(ask));
    const std::string tell = R"({"tell":{"trial":)" + std::to_string(i) + R"(,"metrics":{"acc":)" +
                             std::to_string(i % 7) + "}}}";
    CHECK(first.reply(tell) == second.reply(tell));
  }
  CHECK(first.reply(R"({"ask":1})") == R"({"done":true})");
}

TEST_CASE("stdio: any bytes are answered with one line", "[service]") {
  StdioSession session(small_study());
  const std::string line =
      GENERATE(as<std::string>{}, "", "{", "[[[[", "\xff\xfe", "{\"ask\":null}", "{\"ask\":[1]}",
               "{\"\xff\":1}", "{\"tell\":{\"trial\":1,\"metrics\":{\"\xff\":\"\xff\"}}}", "nul",
               "{\"report\":7}", "{\"ask\":1.0}");
  const json reply = json::parse(session.reply(line));
  CHECK(reply.size() == 1);
  CHECK(reply.contains("error"));
  CHECK(session.reply(line).find('\n') == std::string::npos);
}

TEST_CASE("stdio: a stream is answered line by line, blank lines passed over", "[service]") {
  std::istringstream in("{\"best\":1}\n\n  \r\n{\"ask\":1}\nbad");
  std::ostringstream out;
  run_stdio(small_study(), {}, nullptr, in, out);
  const std::string text = out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("stdio: a key that stands twice or a NUL byte is refused and changes nothing",
          "[service]") {
  StdioSession session(small_study());
  session.reply(R"({"ask":1})");
  const std::string line =
      GENERATE(as<std::string>{}, R"({"ask":1,"ask":1})",
               R"({"tell":{"trial":1,"trial":1,"metrics":{"acc":1}}})",
               R"({"tell":{"trial":1,"metrics":{"acc":1,"acc":2}}})",
               std::string(R"({"tell":{"trial":1,"metrics":{"acc":1}}})") + '\0');
  CHECK(json::parse(session.reply(line)).contains("error"));
  CHECK(session.reply(R"({"best":1})") == R"({"best":null})");
  CHECK(session.reply(R"({"tell":{"trial":1,"metrics":{"acc":1}}})") == R"({"ok":true})");
}

}  // namespace evolt
