#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace evolt {

/// A web server on 127.0.0.1 that answers one connection after the other, over TLS with a
/// certificate of its own for `localhost` where that is asked for.
class LoopbackServer {
 public:
  /// From the head of a request to a whole reply.
  using Handler = std::function<std::string(const std::string& head)>;

  explicit LoopbackServer(Handler handler, bool secure = false);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  std::string url(const std::string& host = "127.0.0.1") const;
  const std::string& certificate() const { return certificate_; }  ///< PEM
  std::vector<std::string> heads() const;                          ///< of what was asked
  void wait_for_end();  ///< in a handler: a server that never answers

 private:
  struct Tls;
  void serve();
  void answer(int client);

  Handler handler_;
  std::unique_ptr<Tls> tls_;
  std::string certificate_;
  int listener_ = -1;
  int port_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<std::string> heads_;

  std::thread thread_;
};

/// `HTTP/1.1 200 ...` with its length.
std::string http_reply(int status, const std::string& body);

}  // namespace evolt
