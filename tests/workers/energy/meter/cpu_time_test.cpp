#include "workers/energy/meter/cpu_time.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace evolt {
namespace {

namespace fs = std::filesystem;

/// A host's files in a directory of its own.
class FakeHost {
 public:
  FakeHost() {
    std::string name = (fs::temp_directory_path() / "evolt-cpu-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~FakeHost() { fs::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    const fs::path whole = fs::path(root_) / path;
    fs::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  void process(int pid, int parent, int ticks, int waited = 0) {
    put("proc/" + std::to_string(pid) + "/stat",
        std::to_string(pid) + " (a (strange) name) S " + std::to_string(parent) +
            " 1 1 0 -1 4194304 100 0 0 0 " + std::to_string(ticks) + " 0 " +
            std::to_string(waited) + " 0 20 0 1 0 " + std::to_string(1'000 + pid) + " 0 0\n");
  }
  void drop(const std::string& path) { fs::remove_all(fs::path(root_) / path); }
  HostRoots roots() const {
    return {.sys = root_ + "/sys", .proc = root_ + "/proc", .dev = root_ + "/dev"};
  }

 private:
  std::string root_;
};

constexpr const char* kMounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime shared:4 - cgroup cgroup rw,cpu,cpuacct\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

}  // namespace

TEST_CASE("cpu time: a process's line is read behind its last parenthesis", "[energy]") {
  const auto times = parse_process_stat(
      "42 (x) 9 9 (y) R 7 1 1 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5555 0 0");
  REQUIRE(times);
  CHECK(times->parent == 7);
  CHECK(times->ticks == 110);
  CHECK(times->started == 5555);
  CHECK_FALSE(parse_process_stat(""));
  CHECK_FALSE(parse_process_stat("42 (x) R 7"));
  CHECK_FALSE(parse_process_stat("42 (x) R 7 1 1 0 -1 4194304 100 0 0 0 a b c d 20 0 1 0 5555 0"));
}

TEST_CASE("cpu time: the host is busy with user, nice, system, irq, softirq and steal",
          "[energy]") {
  CHECK(parse_busy_ticks("cpu  1 20 300 4000 50000 600000 7000000 80000000 3 4\ncpu0 1 2 3\n") ==
        87'600'321);
  CHECK_FALSE(parse_busy_ticks("cpu0 1 2 3 4 5 6 7 8 9 10"));
  CHECK_FALSE(parse_busy_ticks("cpu 1 2 3"));
  CHECK_FALSE(parse_busy_ticks(""));
}

TEST_CASE("cpu time: the cgroup is version 2's, else version 1's", "[energy]") {
  const HostRoots roots{.sys = "/R/sys"};
  const std::string cgroup = "4:cpu,cpuacct:/job7\n1:name=systemd:/x\n0::/user/trial-3\n";
  CHECK(find_cgroup(cgroup, kMounts, roots) ==
        CgroupPlace{"/R/sys/fs/cgroup/unified/user/trial-3", true});
  CHECK(find_cgroup("4:cpu,cpuacct:/job7\n", kMounts, roots) ==
        CgroupPlace{"/R/sys/fs/cgroup/cpuacct/job7", false});
  CHECK_FALSE(find_cgroup("1:name=systemd:/x\n", kMounts, roots));
  CHECK_FALSE(find_cgroup(cgroup, "", roots));
  // In a container the mount shows a part of the tree.
  CHECK(find_cgroup("0::/docker/abc/t1\n",
                    "9 8 0:30 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw\n", roots)
            ->directory == "/R/sys/fs/cgroup/t1");
}

TEST_CASE("cpu time: a trial with a cgroup of its own is read there", "[energy]") {
  FakeHost host;
  host.put("proc/self/mountinfo", kMounts);
  host.put("proc/self/cgroup", "4:cpu,cpuacct:/\n0::/evolt\n");
  host.process(50, 1, 100);
  SECTION("version 2") {
    host.put("proc/50/cgroup", "0::/evolt/t1\n");
    host.put("sys/fs/cgroup/unified/evolt/t1/cpu.stat", "usage_usec 2500000\nuser_usec 1\n");
    HostProcesses processes(host.roots(), 100);
    const auto tree = processes.tree(50);
    CHECK(tree->source() == "cgroup2");
    CHECK(tree->cpu(Seconds{0})->lower == Approx(2.5));
    CHECK(processes.tree(50, true)->source() == "process tree");
    CHECK(processes.tree(50, true)->cpu(Seconds{0})->lower == Approx(1));
    host.drop("proc/50");  // what has ended stays counted
    CHECK(tree->cpu(Seconds{1})->lower == Approx(2.5));
  }
  SECTION("version 1") {
    host.put("proc/50/cgroup", "4:cpu,cpuacct:/t1\n");
    host.put("sys/fs/cgroup/cpuacct/t1/cpuacct.usage", "7000000000\n");
    HostProcesses processes(host.roots(), 100);
    const auto tree = processes.tree(50);
    CHECK(tree->source() == "cgroup1");
    CHECK(tree->cpu(Seconds{0})->lower == Approx(7));
  }
  SECTION("not one that it shares with us, nor one without the file") {
    host.put("proc/50/cgroup", GENERATE("0::/evolt\n", "0::/elsewhere\n"));
    HostProcesses processes(host.roots(), 100);
    CHECK(processes.tree(50)->source() == "process tree");
    CHECK(processes.tree(50)->cpu(Seconds{0})->lower == Approx(1));
  }
}

TEST_CASE("cpu time: a tree counts grandchildren, and those that were waited for", "[energy]") {
  FakeHost host;
  host.process(50, 1, 100);
  host.process(51, 50, 200);
  host.process(52, 51, 400);
  host.process(60, 1, 9'999);
  const bool listed = GENERATE(true, false);
  if (listed) {
    host.put("proc/50/task/50/children", "");
    host.put("proc/50/task/57/children", "51 ");  // another thread started it
    host.put("proc/51/task/51/children", "52 ");
    host.put("proc/52/task/52/children", "");
  }
  HostProcesses processes(host.roots(), 100);
  const auto tree = processes.tree(50);
  CHECK(tree->source() == "process tree");
  CHECK(tree->cpu(Seconds{0})->lower == Approx(7));
  CHECK(tree->cpu(Seconds{0})->upper == Approx(7.12));
  // One ends and nobody has waited for it yet: never less than before.
  host.drop("proc/52");
  CHECK(tree->cpu(Seconds{2})->lower == Approx(7));
  host.process(51, 50, 200, 450);
  CHECK(tree->cpu(Seconds{4})->lower == Approx(7.5));
  host.drop("proc/50");
  CHECK_FALSE(tree->cpu(Seconds{6}));
}

TEST_CASE("cpu time: another process under the same number is not the trial", "[energy]") {
  FakeHost host;
  host.process(50, 1, 100);
  HostProcesses processes(host.roots(), 100);
  const auto tree = processes.tree(50);
  host.put("proc/50/stat", "50 (x) R 1 1 1 0 -1 0 0 0 0 0 5 0 0 0 20 0 1 0 77777 0 0\n");
  CHECK_FALSE(tree->cpu(Seconds{1}));
  CHECK_FALSE(processes.tree(4711)->cpu(Seconds{1}));
}

TEST_CASE("cpu time: a host without its files says so", "[energy]") {
  FakeHost host;
  HostProcesses processes(host.roots(), 100);
  CHECK_FALSE(processes.busy());
  host.put("proc/stat", "cpu  100 0 100 5000 0 0 0 0 0 0\n");
  HostProcesses now(host.roots(), 100);
  REQUIRE(now.busy());
  CHECK(now.busy()->lower == Approx(2));
}

TEST_CASE("cpu time: a real shell whose children come and go is counted", "[energy]") {
  HostProcesses processes({});
  const std::string script =
      "for i in 1 2 3; do (i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done); done; read x";
  const char* argv[] = {"sh", "-c", script.c_str(), nullptr};
  int input[2];
  REQUIRE(::pipe2(input, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], 0);
  pid_t pid = -1;
  REQUIRE(::posix_spawn(&pid, "/bin/sh", &actions, nullptr, const_cast<char**>(argv), environ) ==
          0);
  posix_spawn_file_actions_destroy(&actions);
  const auto tree = processes.tree(pid);
  const auto begun = std::chrono::steady_clock::now();
  double seen = 0;
  // All of its work is in children that end before it does.
  for (double t = 0; seen < 0.03 && t < 20;) {
    t = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const auto cpu = tree->cpu(Seconds{t});
    REQUIRE(cpu);
    seen = cpu->lower;
  }
  CHECK(seen >= 0.03);
  ::close(input[1]);
  ::close(input[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  CHECK_FALSE(tree->cpu(Seconds{1'000}));
}

}  // namespace evolt
