#include "apps/nanny/guardian.hpp"

#include "apps/nanny/process_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace evolt::nanny {
namespace {

constexpr int kParentDied = SIGUSR1;  // our own choice of parent-death signal
constexpr long kLookEvery = 250;      // ms between looks at the tree's memory
constexpr long kFirstPause = 10;      // ms between rounds of KILL
constexpr long kLongestPause = 640;
constexpr int kLikelierVictim = 300;  // added to oom_score_adj: the trainer before evolt
constexpr int kAllSignals[] = {SIGCHLD, SIGTERM, SIGINT,  SIGHUP,
                               SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE};

long long now_us() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

long long now_ms() {
  return now_us() / 1000;
}

void be_likelier_oom_victim() {
  const int fd = ::open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    return;
  }
  char text[16] = {};
  const ssize_t count = ::read(fd, text, sizeof text - 1);
  const int score = count > 0 ? std::atoi(text) : 0;
  const int length =
      std::snprintf(text, sizeof text, "%d", std::min(score + kLikelierVictim, 1000));
  [[maybe_unused]] const ssize_t written = ::pwrite(fd, text, static_cast<std::size_t>(length), 0);
  ::close(fd);
}

void restore_signals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    ::signal(signal, SIG_DFL);  // NOLINT: refused for KILL and STOP, which is fine
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

void Guardian::become_trainer(int failed_fd) {
  // Should we be killed ourselves, at least the trainer's main process goes too.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  be_likelier_oom_victim();
  restore_signals();
  ::execv(options_.program, options_.argv);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(failed_fd, &error, sizeof error);
  ::_exit(127);
}

bool Guardian::start_trainer() {
  int failed[2];
  if (::pipe2(failed, O_CLOEXEC) != 0) {
    say("failed %d cannot make a pipe\n", errno);
    return false;
  }
  started_us_ = now_us();
  started_ms_ = started_us_ / 1000;
  const pid_t self = ::getpid();
  main_ = ::fork();
  if (main_ == 0) {
    if (::getppid() != self) {
      ::_exit(127);
    }
    become_trainer(failed[1]);
  }
  const int fork_error = errno;
  ::close(failed[1]);
  if (main_ < 0) {
    ::close(failed[0]);
    say("failed %d cannot fork\n", fork_error);
    return false;
  }
  main_alive_ = true;
  int error = 0;
  const ssize_t count = ::read(failed[0], &error, sizeof error);
  ::close(failed[0]);
  if (count == sizeof error) {
    ::waitpid(main_, nullptr, 0);
    say("failed %d cannot run the command\n", error);
    return false;
  }
  say("started %d\n", static_cast<int>(main_));
  return true;
}

int Guardian::run() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, kParentDied);
  ::fcntl(options_.control, F_SETFD, FD_CLOEXEC);
  sigset_t all;
  sigemptyset(&all);
  for (const int signal : kAllSignals) {
    sigaddset(&all, signal);
  }
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  signals_ = ::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (options_.parent != 0 && ::getppid() != options_.parent) {
    return 0;  // evolt died before we were armed; nothing runs yet
  }
  if (!start_trainer()) {
    return 1;
  }
  // Only the trainer holds its streams from now on, so that their end shows when it is gone.
  for (int fd = 0; fd <= (options_.report ? 3 : 2); ++fd) {
    ::close(fd);
  }
  while (!childless_) {
    turn();
  }
  say_ended();
  return 0;
}

int Guardian::timeout_ms() const {
  long long next = -1;
  const auto at = [&next](long long time) { next = next < 0 ? time : std::min(next, time); };
  if (state_ != State::running) {
    at(deadline_ms_);
  } else if (options_.wall_ms > 0) {
    at(started_ms_ + options_.wall_ms);
  }
  if (options_.memory > 0 && state_ != State::killing) {
    at(next_look_ms_);
  }
  if (next < 0) {
    return -1;
  }
  return static_cast<int>(std::clamp<long long>(next - now_ms(), 0, 60000));
}

void Guardian::turn() {
  pollfd polled[2] = {{signals_, POLLIN, 0}, {options_.control, POLLIN, 0}};
  const int ready = ::poll(polled, control_open_ ? 2 : 1, timeout_ms());
  if (ready > 0 && polled[0].revents != 0) {
    on_signal();
  }
  if (ready > 0 && control_open_ && polled[1].revents != 0) {
    on_control();
  }
  if (!childless_) {
    check_limits();
  }
}

void Guardian::on_signal() {
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == kParentDied) {
      check_parent();
    } else if (signal != SIGCHLD && signal != SIGPIPE && state_ == State::running) {
      say("asked %d\n", signal);
      stop(options_.grace_ms);
    }
  }
  reap();
}

void Guardian::check_parent() {
  // The signal follows the thread that started us; only a changed parent means that evolt died.
  if (::getppid() != options_.parent) {
    control_open_ = false;
    stop(options_.orphan_ms);
  }
}

void Guardian::on_control() {
  const ssize_t count =
      ::recv(options_.control, order_ + order_size_, sizeof order_ - order_size_, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    control_open_ = false;
    stop(options_.orphan_ms);
    return;
  }
  order_size_ += static_cast<std::size_t>(count);
  char* line = order_;
  while (char* const end = static_cast<char*>(
             std::memchr(line, '\n', static_cast<std::size_t>(order_ + order_size_ - line)))) {
    *end = '\0';
    on_order(line);
    line = end + 1;
  }
  order_size_ = static_cast<std::size_t>(order_ + order_size_ - line);
  std::memmove(order_, line, order_size_);
  if (order_size_ == sizeof order_) {
    order_size_ = 0;  // not a line of ours
  }
}

void Guardian::on_order(std::string_view order) {
  if (order == "kill") {
    kill_now();
  } else if (order.substr(0, 5) == "stop ") {
    stop(std::max(0L, std::strtol(order.data() + 5, nullptr, 10)));
  }
}

void Guardian::reap() {
  while (true) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid == main_ && main_alive_) {
      on_main_ended(status);
    } else if (pid < 0 && errno == ECHILD) {
      childless_ = true;
      return;
    } else if (pid == 0 || (pid < 0 && errno != EINTR)) {
      return;
    }
  }
}

void Guardian::on_main_ended(int status) {
  main_alive_ = false;
  status_ = status;
  ended_us_ = now_us();
  if (!stopped_) {
    kill_now();  // what it left behind; a wrapper that died of our TERM leaves others their grace
  }
}

void Guardian::check_limits() {
  const long long now = now_ms();
  if (state_ != State::running) {
    if (now >= deadline_ms_) {
      kill_now();
    }
  } else if (options_.wall_ms > 0 && now >= started_ms_ + options_.wall_ms) {
    say("limit wall\n");
    stop(options_.grace_ms);
  }
  if (options_.memory > 0 && state_ != State::killing && now >= next_look_ms_) {
    next_look_ms_ = now + kLookEvery;
    const auto pids = descendants();
    if (resident_bytes(pids) > options_.memory) {
      const long long bytes = proportional_bytes(pids);
      if (bytes > options_.memory) {
        say("limit memory %lld\n", bytes);
        kill_now();
      }
    }
  }
}

void Guardian::stop(long grace_ms) {
  const long long deadline = now_ms() + grace_ms;
  if (state_ != State::running) {
    if (state_ == State::stopping) {
      deadline_ms_ = std::min(deadline_ms_, deadline);
    }
    return;
  }
  state_ = State::stopping;
  stopped_ = true;
  deadline_ms_ = deadline;
  for (const pid_t pid : descendants()) {
    ::kill(pid, SIGTERM);
    ::kill(pid, SIGCONT);  // one that is stopped could not act on it
  }
}

void Guardian::kill_now() {
  if (state_ != State::killing) {
    state_ = State::killing;
    pause_ms_ = kFirstPause;
  }
  kill_round();
}

void Guardian::kill_round() {
  // Stopped first, a process that forks as fast as it is killed cannot outrun us.
  std::vector<pid_t> pids = descendants();
  for (const pid_t pid : pids) {
    ::kill(pid, SIGSTOP);
  }
  if (!pids.empty()) {
    pids = descendants();
  }
  for (const pid_t pid : pids) {
    ::kill(pid, SIGKILL);
  }
  deadline_ms_ = now_ms() + pause_ms_;
  pause_ms_ =
      std::min(2 * pause_ms_, kLongestPause);  // one that hangs in the kernel takes its time
}

void Guardian::say(const char* format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0) {
    ::send(options_.control, line, std::min(static_cast<std::size_t>(length), sizeof line - 1),
           MSG_NOSIGNAL);
  }
}

void Guardian::say_ended() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto micros = [](const timeval& time) { return time.tv_sec * 1000000LL + time.tv_usec; };
  const bool signalled = WIFSIGNALED(status_);
  say("ended %s %d wall_us %lld cpu_us %lld rss_kib %ld\n", signalled ? "signal" : "exit",
      signalled ? WTERMSIG(status_) : WEXITSTATUS(status_), ended_us_ - started_us_,
      micros(used.ru_utime) + micros(used.ru_stime), used.ru_maxrss);
}

int sweep(const char* mark) {
  for (int round = 0; round < 500; ++round) {
    const std::vector<pid_t> pids = marked(mark);
    if (pids.empty()) {
      return 0;
    }
    for (const pid_t pid : pids) {
      ::kill(pid, SIGKILL);
    }
    ::usleep(20000);
  }
  return 1;
}

}  // namespace evolt::nanny
