#pragma once

#include "core/clock.hpp"
#include "workers/energy/meter/host_reader.hpp"
#include "workers/energy/meter/meter_wire.hpp"
#include "workers/unique_fd.hpp"

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace evolt {

/// Wakes a thread that waits in poll(). Thread: any.
class Wake {
 public:
  Wake();
  void ring() const;
  void quiet() const;
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

/// Lines over one nonblocking socket.
class LineSocket {
 public:
  static constexpr std::size_t kLongestLine = 1U << 16U;

  explicit LineSocket(UniqueFd fd, std::size_t longest = kLongestLine)
      : fd_(std::move(fd)), longest_(longest) {}

  int fd() const { return fd_.get(); }
  void put(const std::string& lines) { out_ += lines; }
  bool has_more() const { return !out_.empty(); }

  /// Sends what goes out now. False: the other side is gone, or does not read.
  bool send();

  /// Reads what is there. False: the other side is gone, or sends no lines.
  bool receive(std::vector<std::string>& lines);

 private:
  UniqueFd fd_;
  std::size_t longest_;
  std::string in_, out_;
};

/// Lets other processes of this user use a reader. What a client leaves open is closed when it
/// goes. Thread: its own.
class MeterServer {
 public:
  /// The reader must outlive it.
  MeterServer(HostReader& reader, UniqueFd listener);
  ~MeterServer();

 private:
  struct Peer {
    std::uint64_t serial;
    LineSocket socket;
    bool greeted = false;
    std::map<WindowId, WindowId> windows = {};  // the client's ids and the reader's
  };
  /// What the reader's thread leaves for this one.
  struct Inbox {
    std::mutex mutex;  // guards news
    std::vector<std::pair<std::uint64_t, MeterNews>> news;
    std::atomic<bool> fresh = false;
    Wake wake;
  };

  void run();
  void accept();
  bool serve(Peer& peer);
  void take(Peer& peer, WindowEdge edge);
  void tell();
  void drop(Peer& peer);

  HostReader& reader_;
  UniqueFd listener_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::list<Peer> peers_;
  std::uint64_t serial_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace evolt
