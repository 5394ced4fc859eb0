#include "service/socket/socket_client.hpp"

#include "service/socket/socket_address.hpp"
#include "service/storage/files.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace evolt {
namespace {

using Steady = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

absl::Status socket_error(const std::string& path, int error) {
  if (error == ECONNREFUSED || error == ECONNRESET || error == EPIPE) {
    return absl::UnavailableError("nobody answers on " + path);
  }
  return system_error("cannot reach " + path, error);
}

absl::Status silence(const std::string& path, Seconds patience) {
  return absl::DeadlineExceededError(path + " was silent for " + duration_text(patience));
}

absl::Status wait_for(int socket, short events, const std::string& path, Seconds patience) {
  pollfd waiting{.fd = socket, .events = events, .revents = 0};
  const auto until = Steady::now() + std::chrono::duration<double>(patience.value);
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
    const int ready = ::poll(&waiting, 1, static_cast<int>(left > 0 ? left : 0));
    if (ready > 0) {
      return absl::OkStatus();
    }
    if (ready == 0) {
      return silence(path, patience);
    }
    if (errno != EINTR) {
      return socket_error(path, errno);
    }
  }
}

absl::Status connect_to(int socket, const std::string& path, Seconds patience) {
  const absl::StatusOr<SocketAddress> address = SocketAddress::of(path);
  if (!address.ok()) {
    return address.status();
  }
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, address->name().c_str(), address->name().size() + 1);
  const auto until = Steady::now() + std::chrono::duration<double>(patience.value);
  while (::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    // EAGAIN: its queue is full for the moment; poll() cannot wait for that.
    if (errno != EAGAIN && errno != EINTR) {
      return socket_error(path, errno);
    }
    if (Steady::now() > until) {
      return silence(path, patience);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return absl::OkStatus();
}

absl::Status send_all(int socket, std::string_view text, const std::string& path,
                      Seconds patience) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (absl::Status status = wait_for(socket, POLLOUT, path, patience); !status.ok()) {
        return status;
      }
    } else if (errno != EINTR) {
      return socket_error(path, errno);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> receive_line(int socket, const std::string& path, Seconds patience) {
  std::string line;
  std::string buffer(65'536, '\0');
  while (true) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size > 0) {
      line.append(buffer, 0, static_cast<std::size_t>(size));
      if (line.back() == '\n') {  // one request, one line: nothing follows it
        line.pop_back();
        return line;
      }
    } else if (size == 0) {
      return absl::UnavailableError(path + " closed before its reply was complete");
    } else if (errno == EAGAIN) {
      if (absl::Status status = wait_for(socket, POLLIN, path, patience); !status.ok()) {
        return status;
      }
    } else if (errno != EINTR) {
      return socket_error(path, errno);
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ask_socket(const std::string& path, std::string_view request,
                                       Seconds patience) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) {
    return system_error("cannot make a socket", errno);
  }
  absl::Status status = connect_to(socket.get(), path, patience);
  if (status.ok()) {
    status = send_all(socket.get(), std::string(request) + '\n', path, patience);
  }
  return status.ok() ? receive_line(socket.get(), path, patience)
                     : absl::StatusOr<std::string>(status);
}

}  // namespace evolt
