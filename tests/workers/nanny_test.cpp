#include "tests/workers/harness.hpp"
#include "workers/nanny_spawn.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace evolt::testing {
namespace {

/// Waits for an event outside of any loop of ours.
template <typename F>
bool eventually(std::chrono::seconds patience, F&& done) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

fs::path beside_us(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").parent_path() / name;
}

pid_t spawn(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& word : argv) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  pid_t pid = -1;
  REQUIRE(::posix_spawn(&pid, argv[0].c_str(), nullptr, nullptr, pointers.data(), environ) == 0);
  return pid;
}

/// One shape of process tree; each process writes its id into `pids`, the last then makes `ready`.
const std::pair<const char*, const char*> kShapes[] = {
    {"single", "me(); ready(); wait()"},
    {"ignores TERM", "signal.signal(signal.SIGTERM, signal.SIG_IGN); me(); ready(); wait()"},
    {"child", "me()\nif os.fork() == 0: me(); ready(); wait()\nwait()"},
    {"double fork",
     "me()\nif os.fork() == 0:\n  if os.fork() == 0: me(); ready(); wait()\n"
     "  os._exit(0)\nwait()"},
    {"new session", "me()\nif os.fork() == 0: os.setsid(); me(); ready(); wait()\nwait()"},
    {"daemon that ignores TERM",
     "me()\nif os.fork() == 0:\n  os.setsid()\n  signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
     "  if os.fork() == 0: me(); ready(); wait()\n  os._exit(0)\nwait()"},
    {"four workers",
     "me()\nfor i in range(4):\n  if os.fork() == 0: me(); wait()\n"
     "while len(open('pids').read().split()) < 5: time.sleep(0.02)\nready(); wait()"},
    {"deep",
     "me()\nfor i in range(12):\n  if os.fork() == 0: me()\n  else: wait()\nready(); wait()"},
    {"stopped",
     "me()\nif os.fork() == 0: me(); ready(); os.kill(os.getpid(), signal.SIGSTOP); wait()\n"
     "wait()"},
    {"shell",
     "me(); import subprocess; subprocess.Popen(['/bin/sh', '-c', "
     "'echo $$ >> pids; touch ready; while :; do sleep 0.1; done']); wait()"},
};

}  // namespace

TEST_CASE("nanny: no trainer outlives an evolt that is killed", "[workers]") {
  const auto [name, body] = GENERATE(from_range(std::begin(kShapes), std::end(kShapes)));
  INFO(name);
  TempDir dir;
  write(dir / "tree.py", std::string(R"(
import os, signal, time
def me():
    with open("pids", "a") as f: f.write(f"{os.getpid()}\n")
def ready(): open("ready", "w")
def wait():
    while True: time.sleep(0.05)
)") + body + "\n");
  const pid_t evolt =
      spawn({beside_us("workers_orphan_maker").string(), dir.str(), "/usr/bin/python3", "tree.py"});
  REQUIRE(eventually(kPatience, [&] { return fs::exists(dir / "ready"); }));
  ::kill(evolt, SIGKILL);
  ::waitpid(evolt, nullptr, 0);
  const auto pids = pids_in(dir / "pids");
  REQUIRE_FALSE(pids.empty());
  // Promised within 10 s; 5 s of them are the trainer's, the rest is for a busy machine.
  CHECK(eventually(std::chrono::seconds(30), [&] {
    return std::none_of(pids.begin(), pids.end(), [](pid_t pid) { return lives(pid); });
  }));
}

TEST_CASE("nanny: refuses what it does not understand", "[workers]") {
  const auto arguments =
      GENERATE(as<std::vector<std::string>>{}, std::vector<std::string>{},
               std::vector<std::string>{"--protocol=2", "--control=4", "--", "/bin/true", "true"},
               std::vector<std::string>{"--protocol=1", "--control=4", "--"},
               std::vector<std::string>{"--protocol=1", "--", "/bin/true", "true"},
               std::vector<std::string>{"--protocol=1", "--control=x", "--", "/bin/true", "true"},
               std::vector<std::string>{"--unknown"});
  std::vector<std::string> argv = {beside_us("evolt-nanny").string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  int status = 0;
  ::waitpid(spawn(argv), &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 64);
}

TEST_CASE("nanny: starts nothing for a parent that is gone", "[workers]") {
  TempDir dir;
  int sockets[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  const int control = ::fcntl(sockets[1], F_DUPFD, 20);
  int status = 0;
  ::waitpid(spawn({beside_us("evolt-nanny").string(), "--protocol=1",
                   "--control=" + std::to_string(control), "--parent=1", "--", "/bin/touch",
                   "touch", (dir / "ran").string()}),
            &status, 0);
  ::close(control);
  ::close(sockets[0]);
  ::close(sockets[1]);
  CHECK(status == 0);
  CHECK_FALSE(fs::exists(dir / "ran"));
}

TEST_CASE("nanny: is found where it is named, and missed with a clear word", "[workers]") {
  CHECK(find_nanny("").value() == beside_us("evolt-nanny").string());
  const auto missing = find_nanny("/nowhere/evolt-nanny");
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(std::string(missing.status().message()).find("/nowhere/evolt-nanny") != std::string::npos);
}

}  // namespace evolt::testing
