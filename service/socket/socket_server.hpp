#pragma once

#include "core/units.hpp"
#include "service/report/answer.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace evolt {

/// Answers one request line; called on the loop.
using SocketHandler = std::function<TextSource(std::string_view request)>;

struct SocketServerOptions {
  std::size_t connections = 32;  ///< at once; more are closed
  std::size_t longest_request = 65'536;
  Seconds patience{30};  ///< with a peer that neither asks nor reads
};

/// The socket of a running study: one JSON line in, one JSON line out, as often as a client likes.
/// Only processes of the same user and of root are heard. Protocol: docs/storage.md. Thread: loop.
class SocketServer {
 public:
  /// Listens in `directory` (`evolt.sock`, 0600), or where that cannot be, in the user's runtime
  /// directory. A socket left there by a dead process is replaced.
  /// Requires: this process holds the study's lock; `loop` outlives the server.
  static absl::StatusOr<std::unique_ptr<SocketServer>> listen(boost::asio::io_context& loop,
                                                              const std::string& directory,
                                                              SocketHandler handler,
                                                              SocketServerOptions options = {});

  /// Closes every connection and removes the socket. The handler is not called afterwards, and no
  /// source of its is asked for more.
  virtual ~SocketServer() = default;

  /// Where it listens; belongs into the owner file (set_owner_socket).
  virtual const std::string& path() const = 0;
};

}  // namespace evolt
