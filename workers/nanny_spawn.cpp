#include "workers/nanny_spawn.hpp"

#include "workers/text.hpp"

#include <absl/status/status.h>
#include <climits>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace evolt {
namespace {

constexpr int kReportFd = 3;
constexpr int kControlFd = 4;
constexpr int kFirstFree = 10;  // our ends of what a child gets stay above its own numbers
constexpr double kLongestOrphanGrace = 5;  // seconds; a trainer may outlive evolt by 10 at most

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void hand_over(const UniqueFd& fd, int as) {
    if (fd) {
      ::posix_spawn_file_actions_adddup2(&actions_, fd.get(), as);
    }
  }
  void enter(const std::string& directory) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  void open_null(int as, int flags) {
    ::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", flags, 0);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t set;
    sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes_, &set);
    for (const int signal :
         {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE}) {
      sigaddset(&set, signal);
    }
    ::posix_spawnattr_setsigdefault(&attributes_, &set);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// Moves a descriptor out of the range that children number their own in.
bool lift(UniqueFd& fd) {
  if (fd.get() < kFirstFree) {
    fd = UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstFree));
  }
  return static_cast<bool>(fd);
}

void make_nonblocking(const UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// `ours` is nonblocking; `theirs` is as a program expects it. False sets errno.
bool make_pipe(UniqueFd& read_end, UniqueFd& write_end, bool we_read) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) {
    return false;
  }
  read_end.reset(fds[0]);
  write_end.reset(fds[1]);
  make_nonblocking(we_read ? read_end : write_end);
  return lift(read_end) && lift(write_end);
}

bool make_socket(UniqueFd& ours, UniqueFd& theirs) {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return false;
  }
  ours.reset(fds[0]);
  theirs.reset(fds[1]);
  make_nonblocking(ours);
  return lift(ours) && lift(theirs);
}

long long milliseconds(Seconds time) {
  return static_cast<long long>(std::ceil(time.value * 1000));
}

std::vector<std::string> nanny_arguments(const NannyOrder& order) {
  const LimitSpec& limits = order.limits;
  const Seconds orphan{std::min(limits.grace.value, kLongestOrphanGrace)};
  std::vector<std::string> arguments = {"evolt-nanny",
                                        "--protocol=1",
                                        concat("--control=", kControlFd),
                                        concat("--parent=", ::getpid()),
                                        concat("--grace-ms=", milliseconds(limits.grace)),
                                        concat("--orphan-ms=", milliseconds(orphan))};
  if (order.with_report) {
    arguments.emplace_back("--report");
  }
  if (limits.wall) {
    arguments.push_back(concat("--wall-ms=", std::max(1LL, milliseconds(*limits.wall))));
  }
  if (limits.memory) {
    arguments.push_back(concat("--memory=", *limits.memory));
  }
  arguments.emplace_back("--");
  arguments.push_back(order.program);
  arguments.insert(arguments.end(), order.argv.begin(), order.argv.end());
  return arguments;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    result.push_back(const_cast<char*>(text.c_str()));  // posix_spawn does not write to them
  }
  result.push_back(nullptr);
  return result;
}

absl::Status spawn_error(const NannyOrder& order, int error) {
  const std::string why = std::strerror(error);
  if (error == E2BIG) {
    return absl::InvalidArgumentError(
        "the arguments or the environment are longer than this system allows");
  }
  if (error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE) {
    return absl::UnavailableError(concat("cannot start another process: ", why));
  }
  return absl::FailedPreconditionError(
      concat("cannot start ", order.nanny, " in ", order.directory, ": ", why));
}

}  // namespace

absl::StatusOr<NannyProcess> spawn_nanny(const NannyOrder& order) {
  NannyProcess process;
  UniqueFd control;
  UniqueFd input;
  UniqueFd output;
  UniqueFd errors;
  UniqueFd report;
  const bool made = make_socket(process.control, control) &&
                    make_pipe(process.output, output, true) &&
                    make_pipe(process.errors, errors, true) &&
                    (!order.with_input || make_pipe(input, process.input, false)) &&
                    (!order.with_report || make_socket(process.report, report));
  if (!made) {
    return spawn_error(order, errno);
  }
  FileActions actions;
  actions.enter(order.directory);
  if (order.with_input) {
    actions.hand_over(input, 0);
  } else {
    actions.open_null(0, O_RDONLY);
  }
  actions.hand_over(output, 1);
  actions.hand_over(errors, 2);
  actions.hand_over(report, kReportFd);
  actions.hand_over(control, kControlFd);
  static const SpawnAttributes attributes;
  const std::vector<std::string> arguments = nanny_arguments(order);
  const int error =
      ::posix_spawn(&process.pid, order.nanny.c_str(), actions.get(), attributes.get(),
                    pointers(arguments).data(), pointers(order.environment).data());
  if (error != 0) {
    return spawn_error(order, error);
  }
  return process;
}

std::optional<pid_t> spawn_sweep(const std::string& nanny, const std::string& mark) {
  FileActions actions;
  actions.open_null(0, O_RDONLY);
  actions.open_null(1, O_WRONLY);
  actions.open_null(2, O_WRONLY);
  const SpawnAttributes attributes;
  const std::vector<std::string> arguments = {"evolt-nanny", "--protocol=1",
                                              concat("--sweep=", mark)};
  const std::vector<std::string> environment;
  pid_t pid = -1;
  if (::posix_spawn(&pid, nanny.c_str(), actions.get(), attributes.get(),
                    pointers(arguments).data(), pointers(environment).data()) != 0) {
    return std::nullopt;
  }
  return pid;
}

absl::StatusOr<std::string> find_nanny(const std::string& configured) {
  std::string path = configured;
  if (const char* const named = std::getenv("EVOLT_NANNY"); path.empty() && named != nullptr) {
    path = named;
  }
  if (path.empty()) {
    char self[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
    const std::string_view program(self, length > 0 ? static_cast<std::size_t>(length) : 0);
    path = concat(program.substr(0, program.rfind('/') + 1), "evolt-nanny");
  }
  if (::access(path.c_str(), X_OK) != 0) {
    return absl::NotFoundError(concat("the helper evolt-nanny is not at ", path, " (",
                                      std::strerror(errno),
                                      "); it belongs beside evolt, or name it in EVOLT_NANNY"));
  }
  return path;
}

}  // namespace evolt
