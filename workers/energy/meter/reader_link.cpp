#include "workers/energy/meter/reader_link.hpp"

#include "workers/energy/meter/meter_wire.hpp"

#include <absl/status/status.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <string_view>
#include <system_error>
#include <variant>

namespace evolt {
namespace {

constexpr std::size_t kLongestNews = 4U << 20U;

}  // namespace

std::vector<std::string> reader_sockets(const std::string& directory, const MeetingHost& host) {
  std::vector<std::string> found;
  const absl::StatusOr<MeetingPlace> usual = meeting_place(directory, host);
  if (!usual.ok()) {
    return found;
  }
  constexpr std::string_view kEnding = ".sock";
  const std::string stem =
      std::filesystem::path(usual->socket.substr(0, usual->socket.size() - kEnding.size()))
          .filename();
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.starts_with(stem) && name.ends_with(kEnding)) {
      found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

absl::StatusOr<ReaderLink> ReaderLink::open(const std::string& socket) {
  absl::StatusOr<UniqueFd> fd = connect_to(socket);
  if (!fd.ok()) {
    return fd.status();
  }
  return ReaderLink(*std::move(fd));
}

ReaderLink::ReaderLink(UniqueFd fd) : link_(std::move(fd), kLongestNews) {
  link_.put(hello_line());
}

absl::StatusOr<HostView> ReaderLink::look(Seconds patience) {
  link_.put(edge_line({.kind = WindowEdge::Kind::look}));
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                       std::chrono::duration<double>(patience.value));
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() < 0) {
      return absl::DeadlineExceededError("the reader of this host's meters does not answer");
    }
    bool open = link_.send();
    pollfd waiting{link_.fd(), static_cast<short>(link_.has_more() ? POLLIN | POLLOUT : POLLIN), 0};
    ::poll(&waiting, 1, static_cast<int>(left.count()) + 1);
    std::vector<std::string> lines;
    open = link_.receive(lines) && open;
    for (const std::string& line : lines) {
      if (!greeted_) {
        greeted_ = is_hello(line);
        if (!greeted_) {
          return absl::FailedPreconditionError(
              "the reader of this host's meters is another version of evolt");
        }
        continue;
      }
      std::optional<MeterNews> news = read_news_line(line);
      if (!news) {
        return absl::FailedPreconditionError(
            "the reader of this host's meters says what nobody understands");
      }
      if (auto* view = std::get_if<HostView>(&*news)) {
        return std::move(*view);
      }
    }
    if (!open) {
      return absl::UnavailableError("the reader of this host's meters has gone");
    }
  }
}

}  // namespace evolt
