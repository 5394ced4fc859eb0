#include "workers/nanny_link.hpp"

#include "workers/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <sys/socket.h>
#include <sys/wait.h>
#include <utility>

namespace evolt {
namespace {

/// The number behind the word `key` in a line of words; nullopt where there is none.
std::optional<std::int64_t> number_after(const std::vector<std::string_view>& words,
                                         std::string_view key) {
  const auto found = std::find(words.begin(), words.end(), key);
  if (found == words.end() || found + 1 == words.end()) {
    return std::nullopt;
  }
  return read_whole<std::int64_t>(*(found + 1));
}

std::optional<Seconds> from_micros(std::optional<std::int64_t> micros) {
  return micros ? std::optional(Seconds{static_cast<double>(*micros) * 1e-6}) : std::nullopt;
}

std::optional<int> narrow(std::optional<std::int64_t> number) {
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

bool read_nanny_line(std::string_view line, NannyReport& report, pid_t& started) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words[0] == "started") {
    started = static_cast<pid_t>(number_after(words, "started").value_or(-1));
  } else if (words[0] == "limit" && words.size() > 1 && words[1] == "wall") {
    report.wall_limit = true;
  } else if (words[0] == "limit") {
    report.memory = number_after(words, "memory");
  } else if (words[0] == "asked") {
    report.asked = narrow(number_after(words, "asked"));
  } else if (words[0] == "failed") {
    report.failed = narrow(number_after(words, "failed")).value_or(0);
    return true;
  } else if (words[0] == "ended") {
    report.exit_code = narrow(number_after(words, "exit"));
    report.signal = narrow(number_after(words, "signal"));
    report.wall = from_micros(number_after(words, "wall_us"));
    report.cpu = from_micros(number_after(words, "cpu_us"));
    if (const auto kib = number_after(words, "rss_kib")) {
      report.max_rss = *kib * 1024;
    }
    return true;
  }
  return false;
}

NannyLink::NannyLink(boost::asio::io_context& loop, UniqueFd control,
                     std::function<void(const NannyReport&)> on_end)
    : on_end_(std::move(on_end)), watcher_(loop, std::move(control), [this] { on_readable(); }) {}

void NannyLink::on_readable() {
  char buffer[1024];
  const ssize_t count = ::recv(watcher_.fd(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    report_.lost = true;
    end();
    return;
  }
  rest_.append(buffer, static_cast<std::size_t>(count));
  std::size_t start = 0;
  for (std::size_t newline = rest_.find('\n'); newline != std::string::npos;
       newline = rest_.find('\n', start)) {
    if (read_nanny_line(std::string_view(rest_).substr(start, newline - start), report_,
                        trainer_)) {
      end();
      return;
    }
    start = newline + 1;
  }
  rest_.erase(0, start);
}

void NannyLink::end() {
  ended_ = true;
  watcher_.close();
  on_end_(report_);
}

void NannyLink::order(const std::string& line) {
  if (!ended_) {
    // A nanny that cannot be reached has died, which its end of file will tell.
    ::send(watcher_.fd(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

void NannyLink::stop(Seconds grace) {
  order(concat("stop ", static_cast<long long>(std::ceil(grace.value * 1000)), "\n"));
}

void NannyLink::kill() {
  order("kill\n");
}

void Reaper::add(pid_t pid) {
  pids_.push_back(pid);
  pause_ = std::chrono::milliseconds(1);
  sweep();
}

void Reaper::sweep() {
  std::erase_if(pids_, [](pid_t pid) {
    const pid_t done = ::waitpid(pid, nullptr, WNOHANG);
    return done == pid || (done < 0 && errno == ECHILD);
  });
  if (!pids_.empty()) {
    timer_.after(pause_, [this] { sweep(); });
    pause_ = std::min(2 * pause_, std::chrono::milliseconds(500));
  }
}

}  // namespace evolt
