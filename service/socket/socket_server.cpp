#include "service/socket/socket_server.hpp"

#include "service/socket/socket_address.hpp"
#include "service/storage/study_paths.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <list>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using Error = boost::system::error_code;

/// After a failed accept (no descriptor was free).
constexpr std::chrono::milliseconds kAcceptPause{100};

bool same_user(Protocol::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

/// One connection, kept alive by its own handlers. close() ends them all.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Protocol::socket socket, const SocketHandler& handler, const SocketServerOptions& options)
      : socket_(std::move(socket)),
        deadline_(socket_.get_executor()),
        handler_(&handler),
        patience_(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(options.patience.value))),
        longest_(options.longest_request) {}

  void read() {
    watch();
    asio::async_read_until(socket_, asio::dynamic_buffer(received_, longest_), '\n',
                           [self = shared_from_this()](const Error& error, std::size_t size) {
                             self->on_request(error, size);
                           });
  }

  void close() {
    closed_ = true;
    source_ = nullptr;
    Error ignored;
    deadline_.cancel();
    socket_.close(ignored);
  }

  bool closed() const { return closed_; }

 private:
  void on_request(const Error& error, std::size_t size) {
    if (closed_) {
      return;
    }
    if (error == asio::error::not_found) {
      source_ = in_one_piece(error_line(absl::InvalidArgumentError(
          "a request is at most " + std::to_string(longest_) + " bytes long")));
      last_ = true;
    } else if (error) {
      close();
      return;
    } else {
      source_ = (*handler_)(std::string_view(received_).substr(0, size - 1));
      received_.erase(0, size);
    }
    write();
  }

  void write() {
    sending_.clear();
    if (!source_(sending_)) {
      if (last_) {
        close();
      } else {
        read();
      }
      return;
    }
    watch();
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](const Error& error, std::size_t) {
                        if (self->closed_) {
                          return;
                        }
                        if (error) {
                          self->close();
                        } else {
                          self->write();
                        }
                      });
  }

  void watch() {
    deadline_.expires_after(patience_);
    deadline_.async_wait([self = shared_from_this()](const Error& error) {
      if (!error && !self->closed_) {
        self->close();
      }
    });
  }

  Protocol::socket socket_;
  asio::steady_timer deadline_;
  const SocketHandler* const handler_;
  const std::chrono::steady_clock::duration patience_;
  const std::size_t longest_;
  std::string received_;
  std::string sending_;
  TextSource source_;
  bool last_ = false;
  bool closed_ = false;
};

class AsioServer final : public SocketServer {
 public:
  AsioServer(asio::io_context& loop, std::string path, SocketHandler handler,
             SocketServerOptions options)
      : path_(std::move(path)),
        handler_(std::move(handler)),
        options_(options),
        acceptor_(loop),
        pause_(loop) {}

  // NOLINTNEXTLINE(bugprone-exception-escape): descriptors can always be closed
  ~AsioServer() override {
    *alive_ = false;
    for (const std::weak_ptr<Session>& weak : sessions_) {
      if (const std::shared_ptr<Session> session = weak.lock()) {
        session->close();
      }
    }
    Error ignored;
    acceptor_.close(ignored);
    if (bound_) {
      ::unlink(path_.c_str());
    }
  }

  absl::Status open() {
    const absl::StatusOr<SocketAddress> address = SocketAddress::of(path_);
    if (!address.ok()) {
      return address.status();
    }
    ::unlink(path_.c_str());
    Error error;
    acceptor_.open(Protocol(), error);
    if (!error) {
      acceptor_.bind(Protocol::endpoint(address->name()), error);
    }
    if (error) {
      Error ignored;
      acceptor_.close(ignored);
      return absl::FailedPreconditionError("cannot make the socket " + path_ + ": " +
                                           error.message());
    }
    bound_ = true;
    // Before listen() nobody can connect, so there is no moment with wider rights.
    if (::chmod(address->name().c_str(), 0600) != 0) {
      return absl::FailedPreconditionError("cannot make the socket " + path_ + " private");
    }
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::FailedPreconditionError("cannot listen on " + path_ + ": " + error.message());
    }
    accept();
    return absl::OkStatus();
  }

  const std::string& path() const override { return path_; }

 private:
  void accept() {
    acceptor_.async_accept([this, alive = alive_](const Error& error, Protocol::socket socket) {
      if (!*alive) {
        return;
      }
      if (!error) {
        admit(std::move(socket));
        accept();
        return;
      }
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this, alive](const Error& cancelled) {
        if (*alive && !cancelled) {
          accept();
        }
      });
    });
  }

  void admit(Protocol::socket socket) {
    sessions_.remove_if([](const std::weak_ptr<Session>& weak) {
      const std::shared_ptr<Session> session = weak.lock();
      return session == nullptr || session->closed();
    });
    if (!same_user(socket) || sessions_.size() >= options_.connections) {
      return;
    }
    const auto session = std::make_shared<Session>(std::move(socket), handler_, options_);
    sessions_.push_back(session);
    session->read();
  }

  const std::string path_;
  const SocketHandler handler_;
  const SocketServerOptions options_;
  Protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  std::list<std::weak_ptr<Session>> sessions_;
  bool bound_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // outlives us in the handlers
};

}  // namespace

absl::StatusOr<std::unique_ptr<SocketServer>> SocketServer::listen(asio::io_context& loop,
                                                                   const std::string& directory,
                                                                   SocketHandler handler,
                                                                   SocketServerOptions options) {
  auto own = std::make_unique<AsioServer>(loop, socket_path(directory), handler, options);
  const absl::Status status = own->open();
  if (status.ok()) {
    return own;
  }
  const absl::StatusOr<std::string> elsewhere = runtime_socket_path(directory);
  if (!elsewhere.ok()) {
    return absl::Status(status.code(), std::string(status.message()) + ", nor another one: " +
                                           std::string(elsewhere.status().message()));
  }
  auto other = std::make_unique<AsioServer>(loop, *elsewhere, std::move(handler), options);
  if (absl::Status second = other->open(); !second.ok()) {
    return second;
  }
  return other;
}

}  // namespace evolt
