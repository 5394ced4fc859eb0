#pragma once

#include "workers/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// The few things executors ask of Asio, so that its headers stay in one file. All callbacks run on
/// the thread of the io_context, from its handlers, never from within a call made here, and never
/// after the object is gone. Thread: loop, but for LoopTasks::post.

/// Watches a nonblocking descriptor, which it owns.
class FdWatcher {
 public:
  /// `on_readable` runs whenever there is something to read or the other side has closed, until
  /// close(). Requires: it reads until EAGAIN, end of file, or as much as it likes.
  FdWatcher(boost::asio::io_context& loop, UniqueFd fd, std::function<void()> on_readable);
  FdWatcher(FdWatcher&&) = delete;
  ~FdWatcher();

  int fd() const;

  /// Runs `then` once when the descriptor takes bytes again.
  void when_writable(std::function<void()> then);

  /// Closes the descriptor; no callback runs any more.
  void close();
  bool closed() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// One alarm at a time.
class LoopTimer {
 public:
  explicit LoopTimer(boost::asio::io_context& loop);
  LoopTimer(LoopTimer&&) = delete;
  // NOLINTNEXTLINE(bugprone-exception-escape): a steady timer can always be cancelled
  ~LoopTimer();

  /// Replaces an alarm that was set before.
  void at(std::chrono::steady_clock::time_point when, std::function<void()> then);
  void after(std::chrono::nanoseconds delay, std::function<void()> then) {
    at(std::chrono::steady_clock::now() + delay, std::move(then));
  }
  void cancel();
  bool set() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Work for later turns of the loop; what has not run when the object goes is dropped. What the
/// loop's own handlers post runs in the order in which it was posted, many tasks to a turn of Asio,
/// which costs as much as a short task and a look at every descriptor and timer besides.
class LoopTasks {
 public:
  explicit LoopTasks(boost::asio::io_context& loop);
  LoopTasks(LoopTasks&&) = delete;
  ~LoopTasks();

  /// Thread: any, as long as the object lives.
  void post(std::function<void()> task);

  /// Whether tasks wait that handlers of the loop posted, here or elsewhere.
  bool waiting() const;

  /// Keeps io_context::run() from returning while work goes on elsewhere; counted.
  void hold();
  void let_go();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace evolt
