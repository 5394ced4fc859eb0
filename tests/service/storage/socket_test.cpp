#include "service/socket/socket_address.hpp"
#include "service/socket/socket_client.hpp"
#include "service/socket/socket_server.hpp"
#include "service/storage/study_paths.hpp"
#include "temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace evolt {
namespace {

using namespace testing;

/// A server on a thread of its own.
class Running {
 public:
  Running(const std::string& directory, SocketHandler handler, SocketServerOptions options = {}) {
    auto server = SocketServer::listen(loop_, directory, std::move(handler), options);
    REQUIRE(server.ok());
    server_ = *std::move(server);
    thread_ = std::thread([this] {
      const auto work = boost::asio::make_work_guard(loop_);
      loop_.run();
    });
  }
  ~Running() {
    loop_.stop();
    thread_.join();
    server_.reset();
    loop_.restart();
    loop_.poll();  // what was under way must not touch the server any more
  }
  const std::string& path() const { return server_->path(); }

 private:
  boost::asio::io_context loop_;
  std::unique_ptr<SocketServer> server_;
  std::thread thread_;
};

TextSource echo(std::string_view request) {
  return in_one_piece("{\"you said\":" + std::string(request) + "}\n");
}

int connected(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.c_str(), path.size() + 1);
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  return socket;
}

std::string read_all(int socket) {
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(socket, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(socket);
  return text;
}

TEST_CASE("socket: one line in, one line out, for this user only", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), echo);
  CHECK(server.path() == socket_path(home.path()));
  struct stat about {};
  REQUIRE(::stat(server.path().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777U) == 0600);
  CHECK(*ask_socket(server.path(), "1") == R"({"you said":1})");
  CHECK(*ask_socket(server.path(), "2") == R"({"you said":2})");
}

TEST_CASE("socket: several requests on one connection, in any pieces", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), echo);
  const int socket = connected(server.path());
  for (const char* const piece : {"1", "1\n2", "2\n33\n"}) {
    REQUIRE(::write(socket, piece, std::strlen(piece)) > 0);
  }
  ::shutdown(socket, SHUT_WR);
  CHECK(read_all(socket) == "{\"you said\":11}\n{\"you said\":22}\n{\"you said\":33}\n");
}

TEST_CASE("socket: a reply may be long and made in pieces", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), [](std::string_view) -> TextSource {
    return [count = 0](std::string& text) mutable {
      if (count == 100) {
        text += '\n';
      } else if (count < 100) {
        text += std::string(100'000, 'x');
      }
      return count++ <= 100;
    };
  });
  const auto reply = ask_socket(server.path(), "much");
  REQUIRE(reply.ok());
  CHECK(reply->size() == 10'000'000);
}

TEST_CASE("socket: a request that never ends is refused", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), echo, {.longest_request = 1000});
  const auto reply = ask_socket(server.path(), std::string(900, '1'));
  CHECK(reply.ok());
  const auto refused = ask_socket(server.path(), std::string(1200, '1'));
  INFO(refused.status());
  CHECK((!refused.ok() || refused->find("at most 1000 bytes") != std::string::npos));
}

TEST_CASE("socket: too many connections are closed, later ones served again", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), echo, {.connections = 2});
  const int first = connected(server.path());
  const int second = connected(server.path());
  CHECK(absl::IsUnavailable(ask_socket(server.path(), "1").status()));
  ::close(first);
  ::close(second);
  absl::StatusOr<std::string> reply = absl::UnavailableError("");
  for (int i = 0; i < 200 && !reply.ok(); ++i) {
    reply = ask_socket(server.path(), "1");
  }
  CHECK(reply.ok());
}

TEST_CASE("socket: an idle peer is closed", "[socket]") {
  const TemporaryDirectory home;
  const Running server(home.path(), echo, {.patience = {0.02}});
  CHECK(read_all(connected(server.path())).empty());
}

TEST_CASE("socket: the dead are replaced, the socket goes with its server", "[socket]") {
  const TemporaryDirectory home;
  const std::string path = socket_path(home.path());
  const int dead = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.c_str(), path.size() + 1);
  REQUIRE(::bind(dead, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  ::close(dead);
  CHECK(absl::IsUnavailable(ask_socket(path, "1").status()));
  {
    const Running server(home.path(), echo);
    CHECK(ask_socket(path, "1").ok());
  }
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(absl::IsNotFound(ask_socket(path, "1").status()));
}

TEST_CASE("socket: paths longer than the system's limit work", "[socket]") {
  const TemporaryDirectory home;
  const std::string deep = home / (std::string(90, 'a') + '/' + std::string(90, 'b'));
  std::filesystem::create_directories(deep);
  const Running server(deep, echo);
  CHECK(server.path() == socket_path(deep));
  CHECK(*ask_socket(server.path(), "1") == R"({"you said":1})");
}

TEST_CASE("socket: a directory that can hold none sends it to the runtime directory", "[socket]") {
  const TemporaryDirectory home;
  const TemporaryDirectory runtime;
  std::filesystem::create_directories(socket_path(home.path()) + "/in the way");
  REQUIRE(::setenv("EVOLT_RUNTIME", runtime.path().c_str(), 1) == 0);
  {
    const Running server(home.path(), echo);
    CHECK(server.path().starts_with(runtime.path() + "/evolt-"));
    CHECK(ask_socket(server.path(), "1").ok());
  }
  CHECK(*runtime_socket_path(home.path()) == *runtime_socket_path(home.path() + "/."));
  std::filesystem::permissions(runtime.path(), std::filesystem::perms::all);
  CHECK(absl::IsPermissionDenied(runtime_socket_path(home.path()).status()));
  ::unsetenv("EVOLT_RUNTIME");
}

TEST_CASE("socket: a silent study is given up", "[socket]") {
  const TemporaryDirectory home;
  boost::asio::io_context stuck;
  const auto server = SocketServer::listen(stuck, home.path(), echo);
  REQUIRE(server.ok());
  CHECK(absl::IsDeadlineExceeded(ask_socket((*server)->path(), "1", {0.03}).status()));
}

TEST_CASE("socket: a server that ends in the middle of a reply drops it", "[socket]") {
  const TemporaryDirectory home;
  boost::asio::io_context loop;
  int asked = 0;
  auto server = SocketServer::listen(loop, home.path(), [&](std::string_view) -> TextSource {
    return [&asked](std::string& text) {
      ++asked;
      text += std::string(1'000'000, 'x');
      return true;
    };
  });
  REQUIRE(server.ok());
  const int socket = connected((*server)->path());
  REQUIRE(::write(socket, "1\n", 2) == 2);
  while (asked == 0) {
    loop.run_one();
  }
  server->reset();
  const int before = asked;
  loop.restart();
  loop.run();
  CHECK(asked == before);
  ::close(socket);
}

}  // namespace
}  // namespace evolt
