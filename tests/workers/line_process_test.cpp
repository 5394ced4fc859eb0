#include "workers/line_process.hpp"

#include "tests/workers/harness.hpp"

#include <algorithm>
#include <cstdlib>

namespace evolt::testing {
namespace {

/// A program and what was heard of it.
struct LineBench {
  explicit LineBench(std::string_view text) {
    write(dir / "program.py", text);
    auto made =
        LineProcess::make(loop,
                          LineProgram{.command = {"/usr/bin/python3", "program.py"},
                                      .directory = dir.str(),
                                      .log_directory = (dir / "log").string()},
                          LineEars{.line =
                                       [this](std::string_view line, bool whole) {
                                         lines.emplace_back(line);
                                         all_whole = all_whole && whole;
                                       },
                                   .end = [this](const std::string& why) { ends.push_back(why); }});
    INFO(made.status());
    REQUIRE(made.ok());
    process = *std::move(made);
    REQUIRE(process->start().ok());
  }

  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    loop.restart();
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      loop.run_one_for(std::chrono::milliseconds(50));
    }
    return done();
  }

  std::string log() const { return slurp(dir / "log" / "log"); }

  TempDir dir;
  boost::asio::io_context loop;
  std::vector<std::string> lines;
  std::vector<std::string> ends;
  bool all_whole = true;
  std::unique_ptr<LineProcess> process;
};

constexpr std::string_view kEcho = R"(
import os, sys
print(os.getpid())
for line in sys.stdin:
    print("you said " + line.strip())
)";

}  // namespace

TEST_CASE("line process: takes lines and gives lines, in order", "[workers]") {
  LineBench bench(kEcho);
  for (int i = 0; i < 3; ++i) {
    bench.process->write("line " + std::to_string(i));
  }
  REQUIRE(bench.run_until([&] { return bench.lines.size() == 4; }));
  CHECK(bench.lines[1] == "you said line 0");
  CHECK(bench.lines[3] == "you said line 2");
  CHECK(bench.all_whole);
  CHECK(bench.process->running());
}

TEST_CASE("line process: goes when its owner goes", "[workers]") {
  LineBench bench(kEcho);
  REQUIRE(bench.run_until([&] { return !bench.lines.empty(); }));
  const auto pid = static_cast<pid_t>(std::stol(bench.lines[0]));
  CHECK(lives(pid));
  bench.process.reset();
  CHECK(bench.run_until([&] { return !lives(pid); }));
}

TEST_CASE("line process: goes when its owner goes, also against its will", "[workers]") {
  LineBench bench(R"(
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
while True: time.sleep(1)
)");
  REQUIRE(bench.run_until([&] { return !bench.lines.empty(); }));
  const auto pid = static_cast<pid_t>(std::stol(bench.lines[0]));
  CHECK(lives(pid));
  bench.process.reset();
  CHECK(bench.run_until([&] { return !lives(pid); }));
}

TEST_CASE("line process: an end is told with its reason, and it can start again", "[workers]") {
  LineBench bench(R"(
import sys
print("here")
sys.stdin.readline()
raise ValueError("no room")
)");
  bench.process->write("go");
  REQUIRE(bench.run_until([&] { return bench.ends.size() == 1; }));
  CHECK(bench.ends[0] == "it ended with exit code 1; last line: ValueError: no room");
  CHECK(!bench.process->running());
  bench.process->write("into nothing");
  REQUIRE(bench.process->start().ok());
  REQUIRE(bench.run_until([&] { return bench.lines.size() == 2; }));
  bench.process->kill();
  REQUIRE(bench.run_until([&] { return bench.ends.size() == 2; }));
  CHECK(bench.ends[1].rfind("it was killed by signal 9", 0) == 0);
}

TEST_CASE("line process: lines that it does not read pile up without harm", "[workers]") {
  LineBench bench(R"(
import sys
print("slow")
sys.stderr.write("to the log\n")
import time
while not sys.stdin.readline().startswith("last"): pass
print("done")
)");
  const std::string line(1000, 'x');
  for (int i = 0; i < 2000; ++i) {
    bench.process->write(line);
  }
  bench.process->write("last");
  REQUIRE(bench.run_until([&] { return bench.lines.size() == 2; }));
  bench.process->note("a word of ours");
  REQUIRE(bench.run_until([&] { return bench.ends.size() == 1; }));
  CHECK(bench.ends[0] == "it ended with exit code 0; last line: to the log");
  CHECK(bench.log().find("slow\n") != std::string::npos);
  CHECK(bench.log().find("to the log\n") != std::string::npos);
  CHECK(bench.log().find("evolt: a word of ours\n") != std::string::npos);
}

TEST_CASE("line process: does not inherit the MPI launcher's variables", "[workers]") {
  ::setenv("PMI_RANK", "3", 1);
  LineBench bench("import os\nprint(os.environ.get('PMI_RANK', 'none'))\n");
  ::unsetenv("PMI_RANK");
  REQUIRE(bench.run_until([&] { return !bench.lines.empty(); }));
  CHECK(bench.lines[0] == "none");
}

TEST_CASE("line process: a program that is not there is said before anything runs", "[workers]") {
  const TempDir dir;
  boost::asio::io_context loop;
  const auto made = LineProcess::make(
      loop,
      LineProgram{
          .command = {"no-such-program"}, .directory = dir.str(), .log_directory = dir.str()},
      LineEars{});
  CHECK(absl::IsNotFound(made.status()));
  CHECK(std::string(made.status().message()).find("no-such-program") != std::string::npos);
}

}  // namespace evolt::testing
