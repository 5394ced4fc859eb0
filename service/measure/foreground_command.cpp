#include "service/measure/foreground_command.hpp"

#include <absl/status/status.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace evolt {
namespace {

constexpr int kHeld[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE};

Seconds time_of(const rusage& used) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {seconds(used.ru_utime) + seconds(used.ru_stime)};
}

class SpawnAttributes {
 public:
  explicit SpawnAttributes(const sigset_t& mask) {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &mask);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

absl::StatusOr<pid_t> start(const std::vector<std::string>& argv, const sigset_t& mask) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  const SpawnAttributes attributes(mask);
  pid_t pid = -1;
  const int error =
      ::posix_spawnp(&pid, words[0], nullptr, attributes.get(), words.data(), environ);
  if (error != 0) {
    const std::string text = "cannot run " + argv[0] + ": " + std::strerror(error);
    return error == ENOENT ? absl::NotFoundError(text) : absl::FailedPreconditionError(text);
  }
  return pid;
}

/// Collects what has ended; true once the main process has.
bool collect(pid_t main, CommandEnd& end) {
  bool ended = false;
  int status = 0;
  rusage used{};
  while (true) {
    const pid_t pid = ::wait4(-1, &status, WNOHANG, &used);
    if (pid == 0) {
      end.left = true;
      return ended;
    }
    if (pid < 0) {
      if (errno == EINTR) {
        continue;
      }
      end.left = false;
      return ended;
    }
    end.cpu += time_of(used);
    if (pid == main) {
      ended = true;
      end.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
  }
}

}  // namespace

ForegroundCommand::ForegroundCommand() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::signal(SIGCHLD,
           SIG_DFL);  // whoever started us may have ignored it: nothing could be waited for
  sigemptyset(&held_);
  for (const int signal : kHeld) {
    sigaddset(&held_, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

ForegroundCommand::~ForegroundCommand() {
  while (signal_within({})) {
    // Those that still wait were for the command.
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

absl::StatusOr<CommandEnd> ForegroundCommand::run(const std::vector<std::string>& argv) {
  CommandEnd end;
  const auto begun = std::chrono::steady_clock::now();
  const absl::StatusOr<pid_t> main = start(argv, before_);
  if (!main.ok()) {
    return main.status();
  }
  while (!collect(*main, end)) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&held_, &info);
    if (signal <= 0 || signal == SIGCHLD || signal == SIGPIPE) {
      continue;
    }
    end.asked =
        end.asked || signal == SIGINT || signal == SIGQUIT || signal == SIGTERM || signal == SIGHUP;
    // What the terminal sends goes to its whole foreground group, the command included.
    if (info.si_code != SI_KERNEL) {
      ::kill(*main, signal);
    }
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  end.wall = {wall.count()};
  return end;
}

std::optional<int> ForegroundCommand::signal_within(Seconds patience) {
  const double whole = std::floor(patience.value);
  const timespec wait{static_cast<time_t>(whole),
                      static_cast<long>((patience.value - whole) * 1e9)};
  const int signal = ::sigtimedwait(&held_, nullptr, &wait);
  if (signal <= 0 || signal == SIGCHLD || signal == SIGPIPE) {
    return std::nullopt;
  }
  return signal;
}

}  // namespace evolt
