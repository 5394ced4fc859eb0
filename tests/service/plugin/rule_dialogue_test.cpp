#include "service/plugin/rule_dialogue.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

using Decision = Verdict::Decision;

TrialId trial(std::uint64_t counter) {
  return {1, 0, counter};
}

/// A dialogue in virtual time, and what it wanted.
struct Bench {
  explicit Bench(bool start = true) {
    dialogue.remember(history);
    dialogue.begin(now);
    collect();
    if (start) {
      live();
    }
  }

  void collect() {
    for (PluginAction& action : dialogue.take_actions()) {
      if (auto* answer = std::get_if<AnswerQuestion>(&action)) {
        answers.push_back(std::move(*answer));
      } else if (auto* line = std::get_if<TellPlugin>(&action)) {
        told.push_back(std::move(line->line));
      } else if (auto* warning = std::get_if<WarnUser>(&action)) {
        warnings.push_back(std::move(warning->text));
      } else if (auto* recall = std::get_if<RecallTrial>(&action)) {
        recalls.push_back(recall->trial);
      } else if (std::holds_alternative<KillPlugin>(action)) {
        ++kills;
      } else if (std::holds_alternative<GiveUpPlugin>(action)) {
        ++gone;
      }
    }
  }

  void live() {
    dialogue.on_start(now);
    collect();
  }
  /// A report; with a question unless `told_only`. The fallback would stop.
  void report(std::uint64_t number, std::int64_t step, bool told_only = false) {
    const CurvePoint point{.step = step, .value = 0.5};
    history.add(trial(number), point);
    TellReport report{.trial = trial(number), .attempt = 1, .point = point};
    report.params = {{"x", 0.25}};
    report.measurement.step = step;
    if (!told_only) {
      report.otherwise = Verdict{.decision = Decision::stop, .reason = "weak"};
    }
    dialogue.on_report(std::move(report), now);
    collect();
  }
  void end(std::uint64_t number, std::optional<Ending> ending) {
    if (ending) {
      history.end(trial(number), *ending);
    }
    dialogue.on_curve_end({trial(number), ending});
    collect();
  }
  void say(const std::string& line) {
    dialogue.on_line(line, true, now);
    collect();
  }
  void judge(std::uint64_t number, std::int64_t step, const std::string& verdict,
             const std::string& more = "") {
    say(R"({"trial":"1.0.)" + std::to_string(number) + R"(","step":)" + std::to_string(step) +
        R"(,"verdict":")" + verdict + "\"" + more + "}");
  }
  void die() {
    dialogue.on_end("it ended with exit code 1", now);
    collect();
  }
  void pass(double seconds) {
    now += Seconds{seconds};
    dialogue.tick(now);
    collect();
  }
  bool warned(const std::string& text) const {
    return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& warning) {
      return warning.find(text) != std::string::npos;
    });
  }
  std::size_t times_told(const std::string& text) const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(),
        [&](const std::string& line) { return line.find(text) != std::string::npos; }));
  }

  Seconds now{100};
  History history;
  RuleDialogue dialogue{
      ConversationOptions{.plugin = "rule mine.py (rank 0)",
                          .fallback = "asha",
                          .log = "dir/log",
                          .deadline = Seconds{5}},
      RuleDialogueStudy{.name = "rule", .maximized = false, .hello = [](std::uint64_t life) {
                          return "hello " + std::to_string(life);
                        }}};
  int kills = 0;
  int gone = 0;
  std::vector<AnswerQuestion> answers;
  std::vector<TrialId> recalls;
  std::vector<std::string> told;
  std::vector<std::string> warnings;
};

}  // namespace

TEST_CASE("rule dialogue: greets, asks, and hands the verdict on", "[service]") {
  Bench bench;
  CHECK(bench.told == std::vector<std::string>{"hello 1"});
  bench.report(1, 3);
  CHECK(bench.times_told(R"("step":3)") == 1);
  CHECK(bench.answers.empty());
  bench.judge(1, 3, "stop", R"(,"reason":"no hope","forecast":0.75,"spread":0.5)");
  REQUIRE(bench.answers.size() == 1);
  const AnswerQuestion& answer = bench.answers[0];
  CHECK(answer.trial == trial(1));
  CHECK(answer.attempt == 1);
  CHECK(answer.step == 3);
  CHECK(answer.in_time);
  CHECK(answer.verdict == Verdict{Decision::stop, "rule: no hope", 0.75, 0.5});
  bench.dialogue.on_taken(absl::OkStatus());
  CHECK(bench.warnings.empty());
  CHECK(bench.dialogue.summary().empty());
  CHECK(!bench.dialogue.next_alarm());
}

TEST_CASE("rule dialogue: a stop without a reason gets one that names the rule", "[service]") {
  Bench bench;
  bench.report(1, 3);
  bench.judge(1, 3, "park");
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].verdict.parks());
  CHECK(bench.answers[0].verdict.reason == "rule said so at step 3");
}

TEST_CASE("rule dialogue: parameters are said once, and again to a new process", "[service]") {
  Bench bench;
  bench.report(1, 1);
  bench.report(1, 2);
  CHECK(bench.times_told("params") == 1);
  bench.die();
  bench.pass(0.5);
  bench.live();
  bench.report(1, 3);
  CHECK(bench.times_told("params") == 2);
}

TEST_CASE("rule dialogue: answers may come in any order, and without a step", "[service]") {
  Bench bench;
  bench.report(1, 1);
  bench.report(1, 2);
  bench.report(2, 1);
  bench.judge(2, 1, "proceed");
  bench.judge(1, 2, "proceed");
  bench.say(R"({"trial":"1.0.1","verdict":"proceed"})");
  REQUIRE(bench.answers.size() == 3);
  CHECK(bench.answers[0].trial == trial(2));
  CHECK(bench.answers[1].step == 2);
  CHECK(bench.answers[2].step == 1);
  CHECK(bench.warnings.empty());
}

TEST_CASE("rule dialogue: at the deadline the fallback judges, and a late stop still counts",
          "[service]") {
  Bench bench;
  bench.report(1, 3);
  bench.pass(4.9);
  CHECK(bench.answers.empty());
  REQUIRE(bench.dialogue.next_alarm() == Seconds{105});
  bench.pass(0.1);
  REQUIRE(bench.answers.size() == 1);
  CHECK(!bench.answers[0].in_time);
  CHECK(bench.answers[0].verdict.reason == "asha, for rule: weak");
  CHECK(bench.warned("trial 1.0.1 at step 3: no verdict within 5 s; asha judges it instead"));
  bench.judge(1, 3, "stop");
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers[1].verdict.stops());
  CHECK(!bench.answers[1].in_time);
  CHECK(bench.warnings.size() == 1);
}

TEST_CASE("rule dialogue: a late word to proceed changes nothing", "[service]") {
  Bench bench;
  bench.report(1, 3);
  bench.pass(5);
  bench.judge(1, 3, "proceed");
  CHECK(bench.answers.size() == 1);
  CHECK(bench.warnings.size() == 1);
  bench.judge(1, 3, "proceed");
  CHECK(bench.warned("answers for trial 1.0.1 at step 3, which nobody asked about"));
}

TEST_CASE("rule dialogue: unasked, a trial that runs is stopped and a parked one called back",
          "[service]") {
  Bench bench;
  bench.report(1, 1, true);
  bench.say(R"({"trial":"1.0.1","verdict":"stop","reason":"seen enough"})");
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].verdict.reason == "rule: seen enough");
  CHECK(bench.answers[0].step == 1);
  bench.report(2, 1, true);
  bench.end(2, std::nullopt);
  CHECK(bench.times_told(R"("status":"parked")") == 1);
  bench.say(R"({"trial":"1.0.2","verdict":"proceed"})");
  CHECK(bench.recalls == std::vector<TrialId>{trial(2)});
  CHECK(bench.warnings.empty());
  bench.end(1, Ending::stopped);
  bench.say(R"({"trial":"1.0.1","verdict":"stop"})");
  CHECK(bench.answers.size() == 1);
  CHECK(bench.warned("which nobody asked about"));
}

TEST_CASE("rule dialogue: three deadlines missed in a row end the process", "[service]") {
  Bench bench;
  for (std::int64_t step = 1; step <= 3; ++step) {
    CHECK(bench.kills == 0);
    bench.report(1, step);
    bench.pass(5);
  }
  CHECK(bench.kills == 1);
  CHECK(bench.answers.size() == 3);
  bench.die();
  CHECK(bench.warned("it missed 3 deadlines in a row and was killed"));
}

TEST_CASE("rule dialogue: a late answer shows that the process lives", "[service]") {
  Bench bench;
  for (std::int64_t step = 1; step <= 9; ++step) {
    bench.report(1, step);
    bench.pass(5);
    bench.judge(1, step, "proceed");
  }
  CHECK(bench.kills == 0);
}

TEST_CASE("rule dialogue: one that cannot be understood answers its question", "[service]") {
  Bench bench;
  bench.report(1, 1);
  bench.report(1, 2);
  bench.say("{ no JSON");
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].step == 1);
  CHECK(bench.answers[0].verdict.reason == "asha, for rule: weak");
  bench.judge(1, 2, "perhaps");
  CHECK(bench.answers.size() == 2);
  CHECK(bench.warned(R"(the verdict is "perhaps", not "proceed", "stop" or "park"; asha judges)"));
  bench.say("{ no JSON");
  CHECK(bench.warned("a line is not JSON, and nothing was asked"));
  bench.say("just talk");
  CHECK(bench.warned("prints lines that are no JSON objects"));
  CHECK(bench.answers.size() == 2);
}

TEST_CASE("rule dialogue: one that never ends talking is killed, whatever it says", "[service]") {
  const auto* const line = GENERATE(R"({"trial":"1.0.1","verdict":"stop"})", "just talk",
                                    R"({"trial":"9.9.9","verdict":"stop"})", "{", "");
  CAPTURE(line);
  Bench bench;
  bench.report(1, 1, true);
  for (int i = 0; i < 10000; ++i) {
    bench.say(line);
  }
  CHECK(bench.kills == 1);
  CHECK(bench.warnings.size() <= 3);
}

TEST_CASE("rule dialogue: a death answers what was asked, and the next process hears the story",
          "[service]") {
  Bench bench;
  bench.report(1, 1);
  bench.judge(1, 1, "proceed");
  bench.report(2, 1, true);
  bench.end(2, Ending::finished);
  bench.report(3, 1, true);
  bench.end(3, std::nullopt);
  bench.report(1, 2);
  bench.die();
  REQUIRE(bench.answers.size() == 2);
  CHECK(bench.answers[1].verdict.reason == "asha, for rule: weak");
  bench.report(1, 3);
  CHECK(bench.answers.size() == 2);  // it waits for the next process
  bench.told.clear();
  bench.pass(0.5);
  bench.live();
  REQUIRE(bench.told.size() == 6);
  CHECK(bench.told[0] == "hello 2");
  CHECK(bench.told[1].find(R"("trial":"1.0.1","status":"running","steps":[1,2,3])") !=
        std::string::npos);
  CHECK(bench.told[2].find(R"("status":"finished")") != std::string::npos);
  CHECK(bench.told[4] == R"({"event":"ended","trial":"1.0.3","status":"parked"})");
  CHECK(bench.told[5].find(R"("ask":true)") != std::string::npos);
  bench.judge(1, 3, "proceed");
  CHECK(bench.answers.size() == 3);
  CHECK(bench.answers[2].in_time);
}

TEST_CASE("rule dialogue: one that falls far behind is asked and told no more until it catches up",
          "[service]") {
  Bench bench;
  for (std::int64_t step = 1; step <= 1000; ++step) {
    bench.report(1, step);
  }
  CHECK(bench.answers.empty());
  const std::size_t lines = bench.told.size();
  bench.report(1, 1001);
  bench.report(2, 1, true);
  bench.dialogue.on_point({trial(7), {.step = 1, .value = 1}});
  bench.collect();
  CHECK(bench.told.size() == lines);
  REQUIRE(bench.answers.size() == 1);
  CHECK(bench.answers[0].step == 1001);
  CHECK(bench.warned("1000 questions are open; asha judges until it has answered some"));
  bench.pass(5);  // what is late is still to be answered
  CHECK(bench.answers.size() == 1001);
  bench.report(1, 1002);
  CHECK(bench.told.size() == lines);
  bench.judge(1, 1, "proceed");
  bench.report(1, 1003);
  CHECK(bench.told.size() == lines + 1);
}

TEST_CASE("rule dialogue: what was in the story is not told again", "[service]") {
  Bench bench(false);
  bench.history.add(trial(5), {.step = 4, .value = 1});
  bench.live();
  const std::size_t lines = bench.told.size();
  bench.dialogue.on_point({trial(5), {.step = 4, .value = 1}});
  bench.collect();
  CHECK(bench.told.size() == lines);
  bench.dialogue.on_point({trial(5), {.step = 5, .value = 1}});
  bench.collect();
  CHECK(bench.told.size() == lines + 1);
}

TEST_CASE("rule dialogue: the story is bounded", "[service]") {
  Bench bench(false);
  for (std::uint64_t number = 1; number <= 3000; ++number) {
    for (std::int64_t step = 1; step <= 50; ++step) {
      bench.history.add(trial(number), {.step = step, .value = 1.0 / double(step)});
    }
  }
  bench.live();
  CHECK(bench.told.size() == 1001);
  CHECK(bench.told.back().find(R"("trial":"1.0.3000")") != std::string::npos);
  CHECK(bench.told.back().find(R"("steps":[1,)") != std::string::npos);
  CHECK(bench.told.back().find(R"(,50],)") != std::string::npos);
  CHECK(bench.told.back().size() < 700);
}

TEST_CASE("rule dialogue: the fourth death is the last, and nothing is left unanswered",
          "[service]") {
  Bench bench;
  for (int death = 1; death <= 4; ++death) {
    CHECK(bench.gone == 0);
    bench.report(1, death);
    bench.die();
    if (death < 4) {
      bench.pass(2);
      bench.live();
    }
  }
  CHECK(bench.gone == 1);
  CHECK(bench.answers.size() == 4);
  CHECK(bench.warned("that was loss 4, so asha judges from here on; see dir/log"));
  bench.report(1, 9);
  CHECK(bench.answers.size() == 5);
  CHECK(!bench.dialogue.next_alarm());
  CHECK(bench.dialogue.summary() ==
        "rule mine.py (rank 0): 0 of 5 verdicts used, asha judged 5 instead; it was started 4 "
        "times and given up, last: it ended with exit code 1; its log: dir/log");
}

}  // namespace evolt
