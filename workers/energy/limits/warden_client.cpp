#include "workers/energy/limits/warden_client.hpp"

#include "core/clock.hpp"
#include "workers/energy/limits/limit_note.hpp"
#include "workers/energy/runtime_folder.hpp"
#include "workers/text.hpp"

#include <climits>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kSocket = 3;
constexpr int kFirstFree = 10;  // our end stays above the numbers of the child's

std::optional<Watts> watts_of(std::string_view word) {
  const std::string text(word);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' ? std::optional(Watts{value}) : std::nullopt;
}

absl::StatusOr<std::string> find_warden(std::string path) {
  if (const char* const named = std::getenv("EVOLT_WARDEN"); path.empty() && named != nullptr) {
    path = named;
  }
  if (path.empty()) {
    char self[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
    const std::string_view program(self, length > 0 ? static_cast<std::size_t>(length) : 0);
    path = concat(program.substr(0, program.rfind('/') + 1), "evolt-warden");
  }
  if (::access(path.c_str(), X_OK) != 0) {
    return absl::NotFoundError(concat("the helper evolt-warden is not at ", path, " (",
                                      std::strerror(errno),
                                      "); it belongs beside evolt, or name it in EVOLT_WARDEN"));
  }
  return path;
}

/// Starts it in a session of its own, so that no key and no group signal reaches it. `socket` below
/// 0: none.
absl::StatusOr<pid_t> spawn(const std::string& program, const std::string& folder, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::string folder_option = concat("--folder=", folder);
  std::string mode = "--restore";
  if (socket >= 0) {
    ::posix_spawn_file_actions_adddup2(&actions, socket, kSocket);
    mode = concat("--socket=", kSocket);
  }
  std::string name = "evolt-warden";
  char* const arguments[] = {name.data(), folder_option.data(), mode.data(), nullptr};
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return absl::UnavailableError(concat("cannot start ", program, ": ", std::strerror(error)));
  }
  return pid;
}

}  // namespace

std::optional<WardenReply> read_warden_line(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() < 2) {
    return std::nullopt;
  }
  WardenReply reply{.knob = std::string(words[1]),
                    .released = words[0] == "released" || words[0] == "stuck"};
  if (words[0] == "released" && words.size() == 2) {
    return reply;
  }
  if ((words[0] == "refused" || words[0] == "stuck") && words.size() > 3) {
    const auto code = read_whole<int>(words[2]);
    const std::size_t text = words[0].size() + words[1].size() + words[2].size() + 3;
    reply.status = absl::Status(static_cast<absl::StatusCode>(code.value_or(2)),
                                std::string(line.substr(text)));
    return code ? std::optional(reply) : std::nullopt;
  }
  if (words.size() != 5) {
    return std::nullopt;
  }
  const std::optional<Watts> numbers[] = {watts_of(words[2]), watts_of(words[3]),
                                          watts_of(words[4])};
  if (words[0] == "range") {
    reply.limits = {.current = numbers[2], .least = numbers[0], .most = numbers[1]};
    return reply;
  }
  if (words[0] != "held" || !numbers[0] || !numbers[1] || !numbers[2]) {
    return std::nullopt;
  }
  reply.applied = *numbers[0];
  reply.enforced = *numbers[1];
  reply.previous = *numbers[2];
  return reply;
}

std::string warden_hold(const std::string& knob, Watts limit) {
  return concat("hold ", knob, " ", limit.value, "\n");
}

std::string warden_release(const std::string& knob) {
  return concat("release ", knob, "\n");
}

absl::StatusOr<WardenClient> WardenClient::start(const std::string& program) {
  const absl::StatusOr<std::string> path = find_warden(program);
  if (!path.ok()) {
    return path.status();
  }
  const absl::StatusOr<std::string> folder = runtime_folder();
  if (!folder.ok()) {
    return folder.status();
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::UnavailableError(concat("cannot make a socket: ", std::strerror(errno)));
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  if (theirs.get() == kSocket) {  // a descriptor that is copied onto itself stays close-on-exec
    theirs = UniqueFd(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, kFirstFree));
  }
  const absl::StatusOr<pid_t> pid = spawn(*path, *folder, theirs.get());
  if (!pid.ok()) {
    return pid.status();
  }
  return WardenClient(*pid, std::move(ours));
}

WardenClient::~WardenClient() {
  if (pid_ < 0) {
    return;
  }
  socket_.reset();
  for (int i = 0; i < 2000 && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++i) {
    ::usleep(5000);
  }
}

absl::StatusOr<WardenReply> WardenClient::ask(const std::string& line, Seconds patience) {
  if (::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) {
    return absl::UnavailableError("evolt-warden is gone");
  }
  const SystemClock clock;
  const double end = clock.now().value + patience.value;
  while (true) {
    if (const std::size_t newline = rest_.find('\n'); newline != std::string::npos) {
      const std::optional<WardenReply> reply =
          read_warden_line(std::string_view(rest_).substr(0, newline));
      rest_.erase(0, newline + 1);
      if (!reply) {
        return absl::InternalError("evolt-warden does not speak as docs/warden.md says");
      }
      return reply->status.ok() ? absl::StatusOr<WardenReply>(*reply) : reply->status;
    }
    const double left = end - clock.now().value;
    pollfd polled{socket_.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&polled, 1, static_cast<int>(left * 1000) + 1) == 0) {
      return absl::DeadlineExceededError(
          concat("evolt-warden has not answered for ", patience.value, " s"));
    }
    char buffer[512];
    const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
      return absl::UnavailableError("evolt-warden is gone");
    }
    rest_.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
}

absl::StatusOr<PowerLimits> WardenClient::try_limit(const std::string& knob) {
  const absl::StatusOr<WardenReply> reply = ask(concat("try ", knob, "\n"));
  return reply.ok() ? absl::StatusOr<PowerLimits>(reply->limits) : reply.status();
}

absl::StatusOr<WardenReply> WardenClient::hold(const std::string& knob, Watts limit) {
  return ask(warden_hold(knob, limit));
}

absl::Status WardenClient::release(const std::string& knob) {
  return ask(warden_release(knob)).status();
}

absl::Status restore_limits_left_behind(Seconds patience) {
  const absl::StatusOr<std::string> folder = runtime_folder(false);
  if (!folder.ok() || left_behind(*folder).empty()) {
    return absl::OkStatus();
  }
  const std::string what = concat(
      "power limits that a killed evolt left set could not be restored (", *folder, "/limits-*)");
  const absl::StatusOr<std::string> path = find_warden({});
  const absl::StatusOr<pid_t> pid = path.ok() ? spawn(*path, *folder, -1) : path.status();
  if (!pid.ok()) {
    return absl::FailedPreconditionError(concat(what, ": ", std::string(pid.status().message())));
  }
  const SystemClock clock;
  const double end = clock.now().value + patience.value;
  int status = 0;
  while (clock.now().value < end) {
    if (::waitpid(*pid, &status, WNOHANG) == *pid) {
      return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? absl::OkStatus()
                                                           : absl::FailedPreconditionError(what);
    }
    ::usleep(2000);
  }
  return absl::DeadlineExceededError(concat(what, ": the driver does not answer"));
}

}  // namespace evolt
