#include "tests/service/study_file/cases.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace evolt::test {
namespace {

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) {
    text += part;
  }
  return text;
}

TEST_CASE("study file syntax: TOML errors carry line and column", "[service]") {
  check_all({
      {"[study]\nname = \n",
       "study.toml:2:8: not valid TOML: key-value pair: expected value, saw '\\n'"},
      {"[study\nname = 1\n",
       "study.toml:1:7: not valid TOML: table header: expected ']', saw '\\n'"},
      {"[study]\nname = \"\u00e9\" x\n",
       "study.toml:2:12: not valid TOML: key-value pair: expected a comment or whitespace, saw "
       "'x'"},
      {"[study]\nseed = 99999999999999999999\n",
       "study.toml:2:28: not valid TOML: decimal integer: '99999999999999999999' is not "
       "representable in 64 bits"},
      {"[study]\nseed = 1e999\n",
       "study.toml:2:13: not valid TOML: floating-point: '1e999' could not be interpreted as a "
       "value"},
      {"[study]\n[study]\n",
       "study.toml:2:1: not valid TOML: table header: cannot redefine "
       "existing table 'study'"},
  });
}

TEST_CASE("study file syntax: quotes in the middle of a word, with what is beyond ASCII",
          "[service]") {
  check_all({
      {"x = 2\"1\u048d\"\n",
       "study.toml:1:6: not valid TOML: decimal integer: expected digit, saw '\"'"},
      {"x = true.\"\u048d\"\n",
       "study.toml:1:9: not valid TOML: boolean: expected value-terminator, saw '.'"},
      {"x = ++b1{\"\u00fc\"}\n",
       "study.toml:1:6: not valid TOML: decimal integer: expected expected digit or sign, saw '+'"},
  });
}

TEST_CASE("study file syntax: what is beyond ASCII must stand in quotes", "[service]") {
  const std::string must = " must stand in quotes";
  check_all({
      {"# gr\u00fc\u00dfe\n[study]\nna\u00efve = 1\n",
       "study.toml:3:3: not valid TOML: the character \"\u00ef\"" + must},
      {"[study]\nname = \"\u00e9\\\"\u00e9\" \u3042\n",
       "study.toml:2:15: not valid TOML: the character \"\u3042\"" + must},
      {"[study]\nname = '\u00e9\\' \u00e9\n",
       "study.toml:2:13: not valid TOML: the character \"\u00e9\"" + must},
      {"x = \"\"\"\u00e9\\\"\n\"\"\"\"\u00e9",
       "study.toml:2:5: not valid TOML: the character \"\u00e9\"" + must},
      {"x = \"\u00e9\n\u00e9",
       "study.toml:1:7: not valid TOML: string: unescaped control "
       "characters other than TAB (U+0009) are explicitly prohibited"},
      {"x = 1 \xff", "study.toml:1:7: not valid TOML: the character \"\uFFFD\"" + must},
  });
}

TEST_CASE("study file syntax: within quotes and comments every character is welcome", "[service]") {
  const Study study =
      parse_study("\xEF\xBB\xBF# \u00e9\n" + kBase +
                      "\"gr\u00f6\u00dfe\" = { type = \"choice\", values = ['\u00e9', \"\u00fc#\", "
                      "'''\u00e9''\u00e9\n''', \"\"\"\"\u00e9\"\"\"\"] } # \u00e9\n",
                  "study.toml");
  const auto index = study.space.index_of("gr\u00f6\u00dfe");
  REQUIRE(index);
  CHECK(std::get<ChoiceDomain>(study.space.parameters()[*index].domain).values ==
        std::vector<Value>{"\u00e9", "\u00fc#", "\u00e9''\u00e9\n", "\"\u00e9\""});
}

TEST_CASE("study file syntax: a text may have any number of dots", "[service]") {
  const Study study = parse_study(trial("env = [\"A=" + repeated(".", 5000) + "\"]"), "s.toml");
  CHECK(study.trial.env.at(0).size() == 5002);
}

TEST_CASE("study file syntax: JSON errors carry line and column", "[service]") {
  check_all(
      {
          {R"({"study": {"name": "x",}})",
           "study.json:1:24: not valid JSON: syntax error while parsing object key - unexpected "
           "'}'; expected string literal"},
          {R"({"study": {"name": tru}})",
           "study.json:1:23: not valid JSON: syntax error while parsing value - invalid literal"},
          {"{\"study\": {\"name\": \"x\"\n  \"seed\": 3}}",
           "study.json:2:3: not valid JSON: syntax error while parsing object - unexpected string "
           "literal; expected '}'"},
          {R"({"study", 1})",
           "study.json:1:9: not valid JSON: syntax error while parsing object separator - "
           "unexpected ','; expected ':'"},
          {"{\"study\": {\n",
           "study.json:2:1: not valid JSON: syntax error while parsing object "
           "key - unexpected end of input; expected string literal"},
          {"{\"study\": {\"name\": \"x\n\"}}",
           "study.json:1:22: not valid JSON: syntax error while parsing value - invalid string: "
           "control character U+000A (LF) must be escaped to \\u000A or \\n"},
          {"{\"study\": {\"name\": \"x",
           "study.json:1:20: not valid JSON: syntax error while parsing value - invalid string: "
           "missing closing quote"},
          {"{\"study\": {\"name\": \"\u00e9\\q\"}}",
           "study.json:1:23: not valid JSON: syntax error while parsing value - invalid string: "
           "forbidden character after backslash"},
          {R"({"study": {"seed": 1e999}})",
           "study.json:1:20: not valid JSON: number overflow parsing '1e999'"},
          {"{\"study\": {\"\u00e9\": 1, \"\u00e9\": 1}}",
           "study.json:1:20: not valid JSON: the key \"\u00e9\" stands twice"},
          {R"({"study": {}} {})",
           "study.json:1:15: not valid JSON: syntax error while parsing value - unexpected '{'; "
           "expected end of input"},
          {"// no comments\n{}",
           "study.json:1:1: not valid JSON: syntax error while parsing value - invalid literal"},
          {"[]", "study.json:1:1: a study must be an object: got an empty array"},
          {std::string("{}\0{}", 5), "study.json:1:3: not valid JSON: a zero byte"},
      },
      true);
}

TEST_CASE("study file syntax: JSON values carry line and column in characters", "[service]") {
  check_all(
      {
          {"{\"study\": {\"name\": \"\u00e9\\\"{\", \"seed\":\t-1}}",
           "study.json:1:36: study.seed is out of range: got -1; allowed: 0 or more"},
          {"{\"study\": {\"seed\": 1},\r\n \"budget\": {\"trials\":\n   \"many\"}}",
           "study.json:3:4: budget.trials must be a whole number: got \"many\"; allowed: 1 or "
           "more"},
          {"\xEF\xBB\xBF{\"study\": {\"sed\": 1}}",
           "study.json:1:12: unknown key \"sed\" in [study] (study.sed); allowed: name, seed; did "
           "you mean \"seed\"?"},
          {R"({"study": null})", "study.json:1:11: study must be a table: got null"},
          {R"({"study": {"seed": 18446744073709551616}})",
           "study.json:1:20: study.seed must be a whole number: got 18446744073709551616; "
           "allowed: 0 or more"},
          {R"({"budget": {"trials": 18446744073709551615}})",
           "study.json:1:23: budget.trials is out of range: got 18446744073709551615; allowed: 1 "
           "or more"},
          {R"({"objective":{"maximize":"a"},"param":{"x":{"type":"choice","values":[[],{},)"
           "18446744073709551615]}}}",
           "study.json:1:71: param.x.values.0 must be a number, a text or a boolean: got an empty "
           "array"},
          {R"({"objective":{"maximize":"a"},"param":{"x":{"type":"choice","values":[)"
           "18446744073709551615]}}}",
           "study.json:1:71: param.x.values.0 is too large for a whole number: got "
           "18446744073709551615"},
          {R"({"schema": 1, "directory": 3})", "study.json:1:28: directory must be a text: got 3"},
      },
      true);
}

TEST_CASE("study file syntax: what is not UTF-8 is refused", "[service]") {
  const std::string toml = message_of("[study]\nname = \"\xff\xfe\"\n");
  CHECK(toml.rfind("study.toml:2:", 0) == 0);
  CHECK(toml.find("utf-8") != std::string::npos);
  const std::string json = message_of("{\"study\":\n {\"name\": \"\xff\xfe\"}}", {}, true);
  CHECK(json ==
        "study.json:2:12: not valid JSON: syntax error while parsing value - invalid "
        "string: ill-formed UTF-8 byte");
  CHECK(message_of(kBase, {"study.name=\xff"}) == "--set \"study.name=\uFFFD\": not UTF-8");
}

TEST_CASE("study file syntax: an empty file says what a study needs", "[service]") {
  const std::string empty =
      ": the study is empty: it needs [objective], [trial] and [param]; docs/study-file.md has an "
      "example";
  CHECK(message_of("") == "study.toml" + empty);
  CHECK(message_of("# nothing but a remark\n") == "study.toml" + empty);
  CHECK(message_of(" \n", {}, true) == "study.json" + empty);
  CHECK(message_of("{}", {}, true) == "study.json" + empty);
}

TEST_CASE("study file syntax: another schema is refused before anything else", "[service]") {
  CHECK(message_of("schema = 2\n[sudty]\nname = 3\n") ==
        "study.toml:1:10: schema 2 cannot be read: this version of evolt reads schema 1");
  CHECK(message_of("schema = \"1\"\n") ==
        "study.toml:1:10: schema must be a whole number: got \"1\"; allowed: 1 or more");
}

TEST_CASE("study file syntax: a thousand levels are an error, not a crash", "[service]") {
  const std::string deep = "tables and arrays stand more than 64 deep";
  CHECK(message_of("a = " + repeated("[", 1000) + repeated("]", 1000)) ==
        "study.toml:1:69: " + deep);
  CHECK(message_of("a = " + repeated("{a=", 1000) + "1" + repeated("}", 1000)).find(deep) !=
        std::string::npos);
  CHECK(message_of(repeated("a.", 999) + "a = 1").find(deep) != std::string::npos);
  CHECK(message_of("[" + repeated("a.", 999) + "a]").find(deep) != std::string::npos);
  CHECK(message_of("\n" + repeated("a.", 200000) + "a = 1") ==
        "study.toml:2:2000: a dotted key has more than 1000 parts");
  CHECK(message_of(repeated("[", 1000) + repeated("]", 1000), {}, true) ==
        "study.json:1:66: " + deep);
  CHECK(message_of(repeated("{\"a\":", 100000), {}, true) == "study.json:1:326: " + deep);
  CHECK(message_of(kBase, {repeated("a.", 200000) + "a=1"}).find("is not a dotted key") !=
        std::string::npos);
}

TEST_CASE("study file syntax: a very large file is refused", "[service]") {
  CHECK(message_of("#" + std::string(std::size_t{17} << 20, 'x')) ==
        "study.toml: a study file is at most 16 MiB");
}

TEST_CASE("study file syntax: long values are shortened in messages", "[service]") {
  const std::string message =
      message_of("[study]\nname = \"/" + repeated("\u00e9", 100) + "\"\n[objective]\n");
  CHECK(message.find(repeated("\u00e9", 39) + "\"...; allowed") != std::string::npos);
}

class Directory {
 public:
  Directory()
      : path_(std::filesystem::temp_directory_path() /
              ("evolt_study_file_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string read_message(const std::string& path) {
  try {
    static_cast<void>(read_study(path));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("study file syntax: a file that cannot be read is named", "[service]") {
  const Directory directory;
  const std::string missing = directory.path() + "/missing.toml";
  CHECK(read_message(missing) == missing + ": cannot be read: No such file or directory");
  CHECK(read_message(directory.path()) == directory.path() + ": cannot be read: Is a directory");
}

TEST_CASE("study file syntax: the ending of the name chooses the syntax", "[service]") {
  const Directory directory;
  const Study study = read_study(directory.write("mine.toml", kBase));
  CHECK(study.name == "mine");
  CHECK(study.directory == directory.path());
  const std::string json = directory.write("its.json", R"({"objective": {"maximize": "acc"},
      "trial": {"command": ["./train"]}, "param": {"n": {"type": "int", "low": 1, "high": 8}}})");
  CHECK(read_study(json).name == "its");
  CHECK(read_study(json, {"study.name=x"}).name == "x");
  const std::string bad = directory.write("bad.toml", "[study]\nseeed = 1\n");
  CHECK(read_message(bad).rfind(bad + ":2:1: unknown key \"seeed\"", 0) == 0);
}

}  // namespace
}  // namespace evolt::test
