#include "service/measure/foreground_command.hpp"

#include <absl/status/status.h>
#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <unistd.h>
#include <vector>

namespace evolt {
namespace {

CommandEnd shell(ForegroundCommand& foreground, const std::string& script) {
  const auto end = foreground.run({"/bin/sh", "-c", script});
  REQUIRE(end.ok());
  return *end;
}

}  // namespace

TEST_CASE("foreground command: ends as shells say it does", "[measure]") {
  ForegroundCommand foreground;
  const CommandEnd end = shell(foreground, "exit 7");
  CHECK(end.code == 7);
  CHECK(end.wall.value > 0);
  CHECK_FALSE(end.asked);
  CHECK_FALSE(end.left);
  CHECK(shell(foreground, "kill -KILL $$").code == 137);
  CHECK(absl::IsNotFound(foreground.run({"/nowhere/at/all"}).status()));
  CHECK(absl::IsFailedPrecondition(foreground.run({"/etc/passwd"}).status()));
}

TEST_CASE("foreground command: what comes for it is passed on, and it sees signals as ever",
          "[measure]") {
  ForegroundCommand foreground;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
    const std::string number = std::to_string(signal);
    const CommandEnd end = shell(foreground, "kill -" + number + " $PPID; read x < /dev/zero");
    CHECK(end.code == 128 + signal);
    CHECK(end.asked == (signal != SIGUSR1));  // that one may ask it to save
  }
  const CommandEnd caught =
      shell(foreground, "trap 'exit 5' TERM; kill -TERM $PPID; while :; do sleep 0.01; done");
  CHECK(caught.code == 5);
}

TEST_CASE("foreground command: counts what went its own way, and says what it left", "[measure]") {
  ForegroundCommand foreground;
  const std::string work = "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); done";
  // The worker is nobody's child but ours when it ends.
  const CommandEnd end =
      shell(foreground, "f=$(mktemp); (setsid sh -c '" + work +
                            "; rm '$f &) ; while [ -e $f ]; do sleep 0.01; done; sleep 0.05");
  CHECK(end.code == 0);
  CHECK(end.cpu.value > 0.01);
  const CommandEnd left = shell(foreground, "setsid sleep 0.3 & exit 0");
  CHECK(left.left);
  CHECK(left.wall.value < 0.3);
  CHECK_FALSE(shell(foreground, "sleep 0.4").left);
}

TEST_CASE("foreground command: a signal between two runs is heard, and ours again afterwards",
          "[measure]") {
  {
    ForegroundCommand foreground;
    CHECK_FALSE(foreground.signal_within({}));
    ::kill(::getpid(), SIGTERM);
    CHECK(foreground.signal_within({1}) == SIGTERM);
    ::kill(::getpid(), SIGTERM);  // for a command that is over: it ends nobody
  }
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  CHECK(sigismember(&now, SIGTERM) == 0);
}

}  // namespace evolt
