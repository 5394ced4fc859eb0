#include "workers/energy/limits/warden.hpp"

#include "tests/workers/energy/stub_gpus.hpp"
#include "workers/energy/limits/limit_note.hpp"
#include "workers/energy/limits/warden_client.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fcntl.h>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace evolt::testing {
namespace {

namespace fs = std::filesystem;

/// Two GPUs and a package, a warden's folder, and the variables that lead it there.
struct Machine {
  StubGpus stub;
  explicit Machine(const std::string& more = "")
      : stub("gpu 0 uuid GPU-a\ngpu 0 limit 280\ngpu 1 uuid GPU-b\ngpu 1 limit 333\n" + more) {
    const fs::path zone = stub.folder() / "sys/class/powercap/intel-rapl:0";
    fs::create_directories(zone);
    std::ofstream(zone / "name") << "package-0\n";
    std::ofstream(zone / "constraint_0_name") << "long_term\n";
    std::ofstream(zone / "constraint_0_power_limit_uw") << "125000000\n";
    ::setenv("EVOLT_NVML", kNvmlStub.c_str(), 1);
    ::setenv("EVOLT_SYS", (stub.folder() / "sys").c_str(), 1);
    ::setenv("EVOLT_RUNTIME", runtime().c_str(), 1);
  }

  fs::path runtime() const { return stub.folder() / "runtime"; }

  double gpu(const std::string& uuid) const {
    double last = uuid == "GPU-a" ? 280 : 333;
    std::ifstream in(stub.log());
    std::string name;
    double watts = 0;
    long pid = 0;
    while (in >> name >> watts >> pid) {
      last = name == uuid ? watts : last;
    }
    return last;
  }

  std::string package() const {
    std::ifstream in(stub.folder() / "sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw");
    std::string text;
    in >> text;
    return text;
  }

  bool untouched() const {
    return gpu("GPU-a") == 280 && gpu("GPU-b") == 333 && package() == "125000000";
  }

  /// Whether nothing of a warden's is left but what is hidden.
  bool no_notes() const {
    for (const auto& entry : fs::directory_iterator(runtime())) {
      if (!entry.path().filename().string().starts_with(".")) {
        return false;
      }
    }
    return true;
  }
};

WardenClient started() {
  auto warden = WardenClient::start(EVOLT_WARDEN_PROGRAM);
  REQUIRE(warden.ok());
  return *std::move(warden);
}

template <typename Claim>
bool eventually(Claim&& claim) {
  for (int i = 0; i < 4000; ++i) {
    if (claim()) {
      return true;
    }
    ::usleep(5000);
  }
  return false;
}

/// Whether any thread of it does: the last one to go takes the locks along.
bool lives(pid_t pid) {
  std::error_code error;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", error)) {
    std::ifstream in(task.path() / "stat");
    std::string line;
    std::getline(in, line);
    const std::size_t end = line.rfind(')');
    if (end != std::string::npos && line.substr(end + 2, 1) != "Z") {
      return true;
    }
  }
  return false;
}

/// A holder of limits, and its warden.
struct Holder {
  pid_t pid = -1;
  pid_t warden = -1;

  Holder() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    ::setenv("EVOLT_WARDEN", EVOLT_WARDEN_PROGRAM, 1);
    std::string words[] = {"limit_holder", "gpu:GPU-a", "cpu", "gpu:GPU-b"};
    char* const arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                               nullptr};
    REQUIRE(::posix_spawn(&pid, EVOLT_LIMIT_HOLDER, &actions, nullptr, arguments, environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    char text[64] = {};
    const ssize_t count = ::read(ends[0], text, sizeof text - 1);
    ::close(ends[0]);
    REQUIRE(count > 6);
    warden = std::atoi(text + 6);
  }

  void kill(int signal) const {
    ::kill(pid, signal);
    ::waitpid(pid, nullptr, 0);
  }
};

TEST_CASE("warden: holds limits and puts them back when asked", "[workers][energy]") {
  const Machine machine("gpu 0 rack_limit 150\n");
  {
    WardenClient warden = started();
    const auto range = warden.try_limit("gpu:GPU-a");
    REQUIRE(range.ok());
    CHECK(range->current->value == 280);
    CHECK(range->least->value == 100);
    CHECK(range->most->value == 400);
    const auto held = warden.hold("gpu:GPU-a", {200});
    REQUIRE(held.ok());
    CHECK(held->applied.value == 200);
    CHECK(held->enforced.value == 150);
    CHECK(held->previous.value == 280);
    CHECK(machine.gpu("GPU-a") == 200);
    CHECK(warden.hold("gpu:GPU-b", {10})->applied.value == 100);  // as low as it goes
    CHECK(warden.hold("cpu", {80.5})->applied.value == 80.5);
    CHECK(machine.package() == "80500000");
    CHECK(warden.release("gpu:GPU-a").ok());
    CHECK(machine.gpu("GPU-a") == 280);
    CHECK(warden.release("gpu:GPU-a").ok());  // again does nothing
    CHECK(machine.gpu("GPU-b") == 100);
  }  // the others with it
  CHECK(machine.untouched());
  CHECK(machine.no_notes());
}

TEST_CASE("warden: says why not", "[workers][energy]") {
  const Machine machine("gpu 1 may_set 0\n");
  WardenClient warden = started();
  CHECK(warden.try_limit("gpu:GPU-b").status().code() == absl::StatusCode::kPermissionDenied);
  const absl::Status refused = warden.hold("gpu:GPU-b", {200}).status();
  CHECK(refused.code() == absl::StatusCode::kPermissionDenied);
  CHECK_THAT(std::string(refused.message()), Catch::Contains("only root"));
  CHECK(warden.hold("gpu:GPU-none", {200}).status().code() == absl::StatusCode::kNotFound);
  CHECK(warden.hold("fan", {200}).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(warden.hold("gpu:GPU-a", {-1}).status().code() == absl::StatusCode::kInvalidArgument);
  REQUIRE(warden.hold("gpu:GPU-a", {200}).ok());
  CHECK(warden.hold("gpu:GPU-a", {150}).status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(machine.gpu("GPU-a") == 200);
  CHECK(warden.ask("nonsense\n").status().code() == absl::StatusCode::kInternal);
  CHECK(warden.ask("hold gpu:GPU-b many\n").status().code() == absl::StatusCode::kInternal);
  CHECK(WardenClient::start("/nowhere/evolt-warden").status().code() ==
        absl::StatusCode::kNotFound);
}

TEST_CASE("warden: its lines are read as they are written", "[workers][energy]") {
  CHECK(read_warden_line("released gpu:a")->status.ok());
  CHECK(read_warden_line("held gpu:a 1.5 1 2")->applied.value == 1.5);
  CHECK(read_warden_line("range gpu:a - 400 280")->limits.most->value == 400);
  CHECK_FALSE(read_warden_line("range gpu:a - 400 280")->limits.least);
  const auto refused = read_warden_line("refused gpu:a 7 only root may");
  CHECK(refused->status.code() == absl::StatusCode::kPermissionDenied);
  CHECK(refused->status.message() == "only root may");
  for (const std::string line : {"", "held", "held gpu:a 1 2", "held gpu:a x 1 2", "refused gpu:a",
                                 "refused gpu:a x y", "else gpu:a"}) {
    CHECK_FALSE(read_warden_line(line));
  }
}

TEST_CASE("warden: a worker that is killed at any moment leaves no limit behind",
          "[workers][energy]") {
  const Machine machine;
  std::mt19937 random(7);
  std::uniform_int_distribution<unsigned> moment(0, 30000);
  for (int i = 0; i < 20; ++i) {
    const Holder holder;
    ::usleep(moment(random));
    holder.kill(SIGKILL);
    REQUIRE(eventually([&] { return !lives(holder.warden); }));
    REQUIRE(machine.untouched());
    REQUIRE(machine.no_notes());
  }
  CHECK(machine.stub.limits_set().size() > 100);  // they were set, and restored
}

TEST_CASE("warden: killed with its worker, the next start restores the limits",
          "[workers][energy]") {
  const Machine machine;
  std::mt19937 random(11);
  std::uniform_int_distribution<unsigned> moment(0, 30000);
  int left = 0;
  for (int i = 0; i < 20; ++i) {
    const Holder holder;
    ::usleep(moment(random));
    ::kill(holder.warden, SIGKILL);
    holder.kill(SIGKILL);
    REQUIRE(eventually([&] { return !lives(holder.warden); }));
    left += machine.untouched() ? 0 : 1;
    ::setenv("EVOLT_WARDEN", EVOLT_WARDEN_PROGRAM, 1);
    REQUIRE(restore_limits_left_behind().ok());
    REQUIRE(machine.untouched());
    REQUIRE(machine.no_notes());
  }
  CHECK(left > 0);  // or nothing was proved
}

TEST_CASE("warden: another warden restores before it serves", "[workers][energy]") {
  const Machine machine;
  const Holder holder;
  ::kill(holder.warden, SIGKILL);
  holder.kill(SIGKILL);
  REQUIRE(eventually([&] { return !lives(holder.warden); }));
  WardenClient next = started();
  CHECK(next.try_limit("gpu:GPU-a")->current->value == 280);
  CHECK(machine.untouched());
}

TEST_CASE("warden: TERM has it restore and end", "[workers][energy]") {
  const Machine machine;
  WardenClient warden = started();
  REQUIRE(warden.hold("gpu:GPU-a", {200}).ok());
  ::kill(warden.pid(), SIGTERM);
  CHECK(eventually([&] { return machine.untouched(); }));
  CHECK(eventually([&] {
    return warden.try_limit("gpu:GPU-a").status().code() == absl::StatusCode::kUnavailable;
  }));
}

TEST_CASE("warden: what cannot be restored stays in the note until it can", "[workers][energy]") {
  const Machine machine;
  {
    KnobBox box({.nvml = kNvmlStub});
    WardenClient warden = started();
    REQUIRE(warden.hold("gpu:GPU-a", {200}).ok());
    machine.stub.change("gpu 0 uuid GPU-a\ngpu 0 limit 280\ngpu 0 error all 15\n");
    CHECK_FALSE(warden.release("gpu:GPU-a").ok());
  }
  CHECK(machine.gpu("GPU-a") == 200);
  REQUIRE_FALSE(machine.no_notes());
  ::setenv("EVOLT_WARDEN", EVOLT_WARDEN_PROGRAM, 1);
  CHECK_FALSE(restore_limits_left_behind().ok());
  machine.stub.change("gpu 0 uuid GPU-a\ngpu 0 limit 280\n");
  CHECK(restore_limits_left_behind().ok());
  CHECK(machine.gpu("GPU-a") == 280);
  CHECK(machine.no_notes());
}

}  // namespace
}  // namespace evolt::testing
