#include "workers/energy/limits/warden.hpp"

#include "workers/energy/limits/limit_note.hpp"
#include "workers/energy/limits/power_limit.hpp"
#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr int kTries = 3;  // to restore a limit at the end

/// In a message each blank is one.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string refusal(std::string_view word, std::string_view knob, const absl::Status& status) {
  return concat(word, " ", knob, " ", static_cast<int>(status.code()), " ",
                one_line(std::string(status.message())), "\n");
}

std::string watts(const std::optional<Watts>& value) {
  return value ? concat(value->value) : std::string("-");
}

class Warden {
 public:
  Warden(LimitNote note, KnobBox& box) : note_(std::move(note)), box_(box) {}

  /// The answer to one line.
  std::string answer(std::string_view line) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() == 2 && words[0] == "try") {
      return attempt(std::string(words[1]));
    }
    if (words.size() == 3 && words[0] == "hold") {
      const std::string text(words[2]);
      char* end = nullptr;
      const double value = std::strtod(text.c_str(), &end);
      if (*end == '\0') {
        return hold(std::string(words[1]), {value});
      }
    }
    if (words.size() == 2 && words[0] == "release") {
      return release(std::string(words[1]));
    }
    return concat("unknown ", one_line(line), "\n");
  }

  void release_all() {
    while (!held_.empty()) {
      const std::string name = held_.begin()->first;
      for (int i = 0; i < kTries && held_.count(name) != 0; ++i) {
        if (i > 0) {
          ::sleep(1);
        }
        release(name);
      }
      held_.erase(name);  // what could not be restored stays in the note
    }
  }

 private:
  std::string attempt(const std::string& name) {
    auto knobs = box_.find(name);
    if (!knobs.ok()) {
      return refusal("refused", name, knobs.status());
    }
    std::string reply;
    for (const auto& knob : *knobs) {
      const absl::StatusOr<PowerLimits> limits = try_knob(*knob);
      if (!limits.ok()) {
        return refusal("refused", name, limits.status());
      }
      reply = concat("range ", name, " ", watts(limits->least), " ", watts(limits->most), " ",
                     watts(limits->current), "\n");
    }
    return reply;
  }

  std::string hold(const std::string& name, Watts wanted) {
    if (held_.count(name) != 0) {
      return refusal("refused", name, absl::AlreadyExistsError("it is held already"));
    }
    auto knobs = box_.find(name);
    if (!knobs.ok()) {
      return refusal("refused", name, knobs.status());
    }
    std::vector<PowerLimit> limits;
    const auto remember = [this](const std::string& knob, Watts previous) {
      return note_.before(knob, previous);
    };
    for (auto& knob : *knobs) {
      const std::string knob_name = knob->name();
      absl::StatusOr<PowerLimit> limit = PowerLimit::set(std::move(knob), wanted, remember);
      if (!limit.ok()) {
        put_back(limits).IgnoreError();  // the note keeps what could not be
        if (!absl::IsDeadlineExceeded(limit.status())) {
          forget(knob_name);  // else the device may yet do it
        }
        return refusal("refused", name, limit.status());
      }
      limits.push_back(*std::move(limit));
    }
    const auto lower = [](const PowerLimit& a, const PowerLimit& b) {
      return a.enforced().value < b.enforced().value;
    };
    const PowerLimit& lowest = *std::min_element(limits.begin(), limits.end(), lower);
    std::string reply = concat("held ", name, " ", lowest.applied().value, " ",
                               lowest.enforced().value, " ", lowest.previous().value, "\n");
    held_.emplace(name, std::move(limits));
    return reply;
  }

  std::string release(const std::string& name) {
    const auto found = held_.find(name);
    if (found == held_.end()) {
      return concat("released ", name, "\n");  // it is as it was
    }
    const absl::Status status = put_back(found->second);
    if (!status.ok()) {
      return refusal("stuck", name, status);
    }
    held_.erase(found);
    return concat("released ", name, "\n");
  }

  absl::Status put_back(std::vector<PowerLimit>& limits) {
    absl::Status result;
    for (PowerLimit& limit : limits) {
      if (const absl::Status status = limit.restore(); status.ok()) {
        forget(limit.knob());
      } else {
        result = status;
      }
    }
    return result;
  }

  /// A note that says too much only has a limit restored twice.
  void forget(const std::string& knob) { note_.after(knob).IgnoreError(); }

  LimitNote note_;
  KnobBox& box_;
  std::map<std::string, std::vector<PowerLimit>> held_;
};

/// A descriptor that is readable when we are asked to end.
UniqueFd ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    sigaddset(&signals, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

}  // namespace

int restore_left_behind(const std::string& folder, KnobBox& box, const HostRoots& roots) {
  int failed = 0;
  for (const LeftBehind& note : left_behind(folder, roots)) {
    int failed_here = 0;
    for (const auto& [name, previous] : note.limits) {
      const auto knobs = box.find(name);
      const bool done = knobs.ok() && !knobs->empty() && (*knobs)[0]->set(previous).ok();
      failed_here += done ? 0 : 1;
    }
    if (failed_here == 0) {
      ::unlink(note.path.c_str());
    }
    failed += failed_here;
  }
  return failed;
}

absl::Status serve_limits(int socket, const std::string& folder, KnobBox& box,
                          const HostRoots& roots) {
  const UniqueFd signals = ending_signals();
  restore_left_behind(folder, box, roots);
  absl::StatusOr<LimitNote> note = LimitNote::make(folder, roots);
  if (!note.ok()) {
    return note.status();
  }
  Warden warden(*std::move(note), box);
  std::string rest;
  while (true) {
    pollfd polled[2] = {{socket, POLLIN, 0}, {signals.get(), POLLIN, 0}};
    if (::poll(polled, 2, -1) < 0 && errno == EINTR) {
      continue;
    }
    if (polled[1].revents != 0) {
      break;
    }
    char buffer[1024];
    const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;  // nobody is there any more
    }
    rest.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      const std::string reply = warden.answer(std::string_view(rest).substr(0, end));
      rest.erase(0, end + 1);
      ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);  // else its end of file tells
    }
  }
  warden.release_all();
  return absl::OkStatus();
}

}  // namespace evolt
