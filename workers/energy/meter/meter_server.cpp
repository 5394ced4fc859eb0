#include "workers/energy/meter/meter_server.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace evolt {
namespace {

constexpr std::size_t kMostPending = 4U << 20U;  // a client that does not read this is gone

bool same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

}  // namespace

Wake::Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Wake::ring() const {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(fd_.get(), &one, sizeof one));
}

void Wake::quiet() const {
  std::uint64_t count = 0;
  static_cast<void>(!::read(fd_.get(), &count, sizeof count));
}

bool LineSocket::send() {
  while (!out_.empty()) {
    const ssize_t sent = ::send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      return (errno == EAGAIN || errno == EINTR) && out_.size() < kMostPending;
    }
    out_.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

bool LineSocket::receive(std::vector<std::string>& lines) {
  char buffer[16'384];
  for (;;) {
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return errno == EAGAIN;
    }
    if (got == 0) {
      return false;
    }
    in_.append(buffer, static_cast<std::size_t>(got));
    std::size_t from = 0;
    for (std::size_t end = 0; (end = in_.find('\n', from)) != std::string::npos; from = end + 1) {
      lines.push_back(in_.substr(from, end - from));
    }
    in_.erase(0, from);
    if (in_.size() > longest_) {
      return false;
    }
  }
}

MeterServer::MeterServer(HostReader& reader, UniqueFd listener)
    : reader_(reader), listener_(std::move(listener)) {
  reader_.on_reading([inbox = inbox_] {
    inbox->fresh = true;
    inbox->wake.ring();
  });
  thread_ = std::thread([this] { run(); });
}

MeterServer::~MeterServer() {
  ending_ = true;
  inbox_->wake.ring();
  thread_.join();
  reader_.on_reading({});
}

void MeterServer::run() {
  std::vector<pollfd> waiting;
  while (!ending_) {
    waiting = {{listener_.get(), POLLIN, 0}, {inbox_->wake.fd(), POLLIN, 0}};
    for (const Peer& peer : peers_) {
      const auto events = static_cast<short>(peer.socket.has_more() ? POLLIN | POLLOUT : POLLIN);
      waiting.push_back({peer.socket.fd(), events, 0});
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
      break;
    }
    inbox_->wake.quiet();
    tell();
    std::size_t i = 2;
    for (auto peer = peers_.begin(); peer != peers_.end();) {
      const bool active = waiting[i++].revents != 0;
      if ((active && !serve(*peer)) || !peer->socket.send()) {
        drop(*peer);
        peer = peers_.erase(peer);
      } else {
        ++peer;
      }
    }
    if ((waiting[0].revents & POLLIN) != 0) {
      accept();
    }
  }
  for (Peer& peer : peers_) {
    drop(peer);
  }
  peers_.clear();
}

void MeterServer::accept() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd && same_user(fd.get())) {
    peers_.push_back({.serial = ++serial_, .socket = LineSocket(std::move(fd))});
    peers_.back().socket.put(hello_line());
    peers_.back().socket.send();
  }
}

bool MeterServer::serve(Peer& peer) {
  std::vector<std::string> lines;
  const bool open = peer.socket.receive(lines);
  for (const std::string& line : lines) {
    if (!peer.greeted) {
      peer.greeted = is_hello(line);
      if (!peer.greeted) {
        return false;
      }
      continue;
    }
    std::optional<WindowEdge> edge = read_edge_line(line);
    if (!edge) {
      return false;
    }
    take(peer, *std::move(edge));
  }
  return open;
}

void MeterServer::take(Peer& peer, WindowEdge edge) {
  if (edge.kind == WindowEdge::Kind::open) {
    if (!peer.windows.contains(edge.id)) {
      peer.windows[edge.id] = reader_.open(std::move(edge.target), edge.asked);
    }
    return;
  }
  const auto put = [inbox = inbox_, serial = peer.serial](MeterNews news) {
    {
      const std::lock_guard lock(inbox->mutex);
      inbox->news.emplace_back(serial, std::move(news));
    }
    inbox->wake.ring();
  };
  if (edge.kind == WindowEdge::Kind::look) {
    reader_.look([put](const HostView& view) { put(view); });
    return;
  }
  const auto found = peer.windows.find(edge.id);
  if (edge.kind == WindowEdge::Kind::close) {
    edge.end = [put, id = edge.id](WindowReport report) { put(ClosedNews{id, std::move(report)}); };
  }
  // An unknown window is answered like one that was never open.
  edge.id = found != peer.windows.end() ? found->second : 0;
  if (edge.kind == WindowEdge::Kind::close && found != peer.windows.end()) {
    peer.windows.erase(found);
  }
  reader_.put(std::move(edge));
}

void MeterServer::tell() {
  std::vector<std::pair<std::uint64_t, MeterNews>> all;
  {
    const std::lock_guard lock(inbox_->mutex);
    all.swap(inbox_->news);
  }
  for (const auto& [serial, news] : all) {
    for (Peer& peer : peers_) {
      if (peer.serial == serial) {
        peer.socket.put(news_line(news));
      }
    }
  }
  if (!inbox_->fresh.exchange(false)) {
    return;
  }
  for (Peer& peer : peers_) {
    FiguresNews news;
    for (const auto& [theirs, ours] : peer.windows) {
      news.figures.emplace_back(theirs, reader_.so_far(ours));
    }
    if (!news.figures.empty()) {
      peer.socket.put(news_line(std::move(news)));
    }
  }
}

void MeterServer::drop(Peer& peer) {
  for (const auto& [theirs, ours] : peer.windows) {
    reader_.close(ours, {}, {});
  }
}

}  // namespace evolt
