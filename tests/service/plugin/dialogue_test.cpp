#include "service/plugin/dialogue.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// A dialogue in virtual time, and what it wanted.
struct Bench {
  explicit Bench(bool start = true) {
    dialogue.begin(now);
    collect();
    if (start) {
      live();
    }
  }

  void collect() {
    for (PluginAction& action : dialogue.take_actions()) {
      if (auto* answer = std::get_if<AnswerAsk>(&action)) {
        answers.push_back(std::move(*answer));
      } else if (auto* line = std::get_if<TellPlugin>(&action)) {
        told.push_back(std::move(line->line));
      } else if (auto* warning = std::get_if<WarnUser>(&action)) {
        warnings.push_back(std::move(warning->text));
      } else if (std::holds_alternative<LaunchPlugin>(action)) {
        ++launches;
      } else {
        ++kills;
      }
    }
  }

  void live() {
    dialogue.on_start(now);
    collect();
  }
  void ask(std::int64_t number) {
    dialogue.ask(number, now);
    collect();
  }
  void say(const std::string& line) {
    dialogue.on_line(line, true, now);
    collect();
  }
  void propose(std::int64_t number, double x) {
    say(R"({"ask":)" + std::to_string(number) + R"(,"params":{"x":)" + std::to_string(x) + "}}");
  }
  void die(const std::string& why = "it ended with exit code 1") {
    dialogue.on_end(why, now);
    collect();
  }
  void pass(double seconds) {
    now += Seconds{seconds};
    dialogue.tick(now);
    collect();
  }
  /// To the next alarm.
  void wait() {
    REQUIRE(dialogue.next_alarm());
    now = std::max(now, *dialogue.next_alarm());
    dialogue.tick(now);
    collect();
  }
  bool warned(const std::string& text) const {
    return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& warning) {
      return warning.find(text) != std::string::npos;
    });
  }

  SearchSpace space{{{"x", FloatDomain{.low = 0, .high = 1}, {}}}};
  Seconds now{100};
  Dialogue dialogue{ConversationOptions{.plugin = "plug-in mine.py (island 0)",
                                        .fallback = "parzen",
                                        .log = "dir/log",
                                        .deadline = Seconds{5}},
                    space, [](std::uint64_t life) { return "hello " + std::to_string(life); }};
  int launches = 0;
  int kills = 0;
  std::vector<AnswerAsk> answers;
  std::vector<std::string> told;
  std::vector<std::string> warnings;
};

}  // namespace

TEST_CASE("plug-in dialogue: greets, asks, and hands the proposal on", "[service]") {
  Bench bench;
  CHECK(bench.launches == 1);
  CHECK(bench.told == std::vector<std::string>{"hello 1"});
  bench.ask(1);
  CHECK(bench.told.back() == R"({"event":"ask","ask":1,"count":1})");
  CHECK(bench.answers.empty());
  bench.propose(1, 0.25);
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].ask == 1);
  CHECK(bench.answers[0].params == Params{{"x", 0.25}});
  bench.dialogue.on_used(1, absl::OkStatus());
  CHECK(bench.warnings.empty());
  CHECK(bench.dialogue.summary().empty());
  CHECK(!bench.dialogue.next_alarm());
}

TEST_CASE("plug-in dialogue: answers may come in any order", "[service]") {
  Bench bench;
  bench.ask(1);
  bench.ask(2);
  bench.propose(2, 0.5);
  bench.propose(1, 0.25);
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers[0].ask == 2);
  CHECK(bench.answers[1].ask == 1);
  CHECK(bench.warnings.empty());
}

TEST_CASE("plug-in dialogue: silence falls back at the deadline, a late answer serves the next",
          "[service]") {
  Bench bench;
  bench.ask(1);
  bench.pass(4.9);
  CHECK(bench.answers.empty());
  bench.wait();
  CHECK(bench.now == Seconds{105});
  REQUIRE(bench.answers.size() == 1);
  CHECK(!bench.answers[0].params);
  CHECK(bench.warned("ask 1: no answer within 5 s; parzen breeds this trial instead; raise"));
  bench.propose(1, 0.75);
  CHECK(bench.answers.size() == 1);
  const std::size_t lines = bench.told.size();
  bench.ask(2);
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers[1].ask == 2);
  CHECK(bench.answers[1].params == Params{{"x", 0.75}});
  CHECK(bench.told.size() == lines);  // it was not asked again
  CHECK(bench.warnings.size() == 1);
}

TEST_CASE("plug-in dialogue: an ask that is passed over is late, whatever else is answered",
          "[service]") {
  Bench bench;
  bench.ask(1);
  bench.ask(2);
  for (std::int64_t ask = 3; ask <= 5; ++ask) {
    bench.pass(2);
    bench.ask(ask);
    bench.propose(ask, 0.1 * static_cast<double>(ask));
  }
  CHECK(bench.answers.size() == 4);  // ask 1 had its 5 s by then; 3, 4 and 5 were answered
  CHECK(!bench.answers[2].params);
  bench.pass(4);
  REQUIRE(bench.answers.size() == 5);  // ask 2 had them twice
  CHECK(bench.answers[4].ask == 2);
  CHECK(!bench.answers[4].params);
}

TEST_CASE("plug-in dialogue: empty lines are talk as well", "[service]") {
  Bench bench;
  bench.ask(1);
  for (int i = 0; i < 10'000; ++i) {
    bench.say("");
  }
  CHECK(bench.kills == 1);
}

TEST_CASE("plug-in dialogue: a plug-in that works through a queue is not late", "[service]") {
  Bench bench;
  for (std::int64_t ask = 1; ask <= 4; ++ask) {
    bench.ask(ask);
  }
  for (std::int64_t ask = 1; ask <= 4; ++ask) {
    bench.pass(4);
    bench.propose(ask, 0.1 * static_cast<double>(ask));
  }
  CHECK(bench.answers.size() == 4);
  CHECK(std::all_of(bench.answers.begin(), bench.answers.end(),
                    [](const AnswerAsk& answer) { return answer.params.has_value(); }));
  CHECK(bench.warnings.empty());
}

TEST_CASE("plug-in dialogue: one that stays silent is killed, started again, then given up",
          "[service]") {
  Bench bench;
  std::int64_t ask = 0;
  for (int life = 1; life <= 4; ++life) {
    CHECK(bench.launches == life);
    for (int miss = 0; miss < 3; ++miss) {
      // Eight slots that ask at once are one miss.
      for (int slot = 0; slot < 8; ++slot) {
        bench.ask(++ask);
      }
      CHECK(bench.kills == life - 1);
      bench.wait();
      CHECK(bench.answers.size() == static_cast<std::size_t>(ask));
    }
    CHECK(bench.kills == life);
    bench.die("it was killed by signal 9");
    if (life < 4) {
      bench.wait();
      bench.live();
    }
  }
  CHECK(bench.warned("it missed 3 deadlines in a row and was killed"));
  CHECK(bench.warned("that was loss 4, so parzen breeds from here on; see dir/log"));
  CHECK(!bench.dialogue.next_alarm());
  bench.ask(++ask);
  CHECK(bench.answers.size() == static_cast<std::size_t>(ask));
  CHECK(
      bench.dialogue.summary() ==
      "plug-in mine.py (island 0): 0 of 97 proposals used, parzen bred 97 instead; it was started "
      "4 times and given up, last: it missed 3 deadlines in a row and was killed; its log: "
      "dir/log");
  CHECK(bench.warnings.size() <= 10);
}

TEST_CASE("plug-in dialogue: a death answers what was asked, and the next process hears all",
          "[service]") {
  Bench bench;
  bench.dialogue.on_started({1, 0, 1}, "started 1");
  bench.dialogue.on_result({1, 0, 1}, "result 1");
  bench.dialogue.on_started({1, 0, 2}, "started 2");
  bench.collect();
  bench.ask(1);
  bench.die("it ended with exit code 3; last line: ValueError");
  REQUIRE(bench.answers.size() == 1);
  CHECK(!bench.answers[0].params);
  CHECK(bench.warned("it ended with exit code 3; last line: ValueError; it starts again in 0.5 s"));
  // What is asked meanwhile waits for the next process.
  bench.ask(2);
  bench.told.clear();
  bench.dialogue.on_result({1, 0, 2}, "result 2");
  bench.dialogue.on_started({1, 0, 3}, "started 3");
  bench.collect();
  CHECK(bench.told.empty());
  bench.wait();
  CHECK(bench.now == Seconds{100.5});
  CHECK(bench.launches == 2);
  bench.live();
  CHECK(bench.told == std::vector<std::string>{"hello 2", "result 1", "result 2", "started 3",
                                               R"({"event":"ask","ask":2,"count":1})"});
  bench.propose(2, 0.5);
  CHECK(bench.answers.size() == 2);
}

TEST_CASE("plug-in dialogue: the pause grows, and nothing waits longer than the deadline",
          "[service]") {
  Bench bench(false);
  bench.die("cannot run it");
  bench.wait();
  CHECK(bench.now == Seconds{100.5});
  bench.die("cannot run it");
  bench.wait();
  CHECK(bench.now == Seconds{101.5});
  bench.die("cannot run it");
  bench.wait();
  CHECK(bench.now == Seconds{103.5});
  bench.ask(1);
  bench.die("cannot run it");
  CHECK(bench.answers.size() == 1);
  CHECK(bench.launches == 4);
}

TEST_CASE("plug-in dialogue: a process that does not start in time is late", "[service]") {
  Bench bench(false);
  bench.ask(1);
  bench.wait();
  CHECK(bench.answers.size() == 1);
  CHECK(bench.kills == 0);
}

TEST_CASE("plug-in dialogue: a hundred proposals forgive the losses before", "[service]") {
  Bench bench;
  std::int64_t ask = 0;
  for (int life = 1; life <= 10; ++life) {
    for (int i = 0; i < 100; ++i) {
      bench.ask(++ask);
      bench.propose(ask, 0.5);
      bench.dialogue.on_used(ask, absl::OkStatus());
    }
    bench.die();
    bench.wait();
    bench.live();
  }
  CHECK(bench.launches == 11);
  CHECK(bench.warnings.size() == 3);  // and no more of this kind
}

TEST_CASE("plug-in dialogue: an answer that cannot be understood falls back at once", "[service]") {
  Bench bench;
  bench.ask(1);
  bench.ask(2);
  bench.say(R"({"ask":2,"params":{"z":1}})");
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].ask == 2);
  CHECK(!bench.answers[0].params);
  CHECK(bench.warned("plug-in mine.py (island 0): ask 2: there is no parameter \"z\""));
  bench.say("{what");  // whose it is, it does not say: the oldest's
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers[1].ask == 1);
  CHECK(bench.warned("ask 1: a line is not JSON; parzen breeds this trial instead"));
  bench.ask(3);
  bench.say(R"({"ask":3,"params":null})");  // it passes: no fault
  CHECK(bench.answers.size() == 3);
  CHECK(bench.warnings.size() == 2);
  CHECK(bench.kills == 0);
}

TEST_CASE("plug-in dialogue: what the rank refused is said", "[service]") {
  Bench bench;
  bench.ask(1);
  bench.propose(1, 3);
  bench.dialogue.on_used(1, absl::InvalidArgumentError("x = 3 is outside [0, 1]"));
  bench.collect();
  CHECK(bench.warned("ask 1: x = 3 is outside [0, 1]; parzen breeds this trial instead"));
  bench.ask(2);
  bench.propose(2, 0.5);
  bench.dialogue.on_used(2, absl::NotFoundError("nobody waits"));  // the run has ended
  bench.collect();
  CHECK(bench.warnings.size() == 1);
  CHECK(bench.dialogue.summary() ==
        "plug-in mine.py (island 0): 0 of 1 proposals used, parzen bred 1 instead; its log: "
        "dir/log");
}

TEST_CASE("plug-in dialogue: complaints of a kind are made three times", "[service]") {
  Bench bench;
  for (std::int64_t ask = 1; ask <= 1000; ++ask) {
    bench.ask(ask);
    bench.say("{");
  }
  CHECK(bench.answers.size() == 1000);
  REQUIRE(bench.warnings.size() == 3);
  CHECK(bench.warnings.back().find("(more of this kind is not said)") != std::string::npos);
}

TEST_CASE("plug-in dialogue: what it is quoted with is one short line", "[service]") {
  Bench bench;
  bench.ask(1);
  bench.say(R"({"ask":1,"params":{"a\n\u001b[2J)" + std::string(5000, 'b') + R"(":1}})");
  REQUIRE(bench.warnings.size() == 1);
  CHECK(bench.warnings[0].find_first_of("\n\x1b") == std::string::npos);
  CHECK(bench.warnings[0].size() < 1200);
}

TEST_CASE("plug-in dialogue: an unknown ask and a second answer are said and not used",
          "[service]") {
  Bench bench;
  bench.ask(1);
  bench.propose(7, 0.5);
  CHECK(bench.answers.empty());
  CHECK(bench.warned("answers ask 7, which nobody made or which was answered"));
  bench.propose(1, 0.5);
  bench.propose(1, 0.25);
  CHECK(bench.answers.size() == 1);
  bench.say("{}");
  CHECK(bench.warned("a line has no whole number as \"ask\", and nothing was asked"));
}

TEST_CASE("plug-in dialogue: a line without end is a flood", "[service]") {
  Bench bench;
  for (int i = 0; i < 100; ++i) {
    bench.dialogue.on_line(std::string(std::size_t{256} * 1024, 'x'), false, bench.now);
  }
  bench.collect();
  CHECK(bench.kills == 1);
}

TEST_CASE("plug-in dialogue: a flood ends with the process", "[service]") {
  Bench bench;
  bench.ask(1);
  for (int i = 0; i < 20000; ++i) {
    bench.say("so much to say");
  }
  CHECK(bench.kills == 1);
  CHECK(bench.warnings.size() == 3);
  bench.die("it was killed by signal 9");
  CHECK(bench.answers.size() == 1);
  CHECK(bench.warned("it talked without end and answered nothing, and was killed"));
}

}  // namespace evolt
