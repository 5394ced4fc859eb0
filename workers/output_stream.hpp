#pragma once

#include "workers/event_loop.hpp"
#include "workers/executor.hpp"
#include "workers/line_splitter.hpp"
#include "workers/unique_fd.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace evolt {

/// Reads a program's output piece by piece (see LineSplitter) and never lets it wait: what comes is
/// taken, whether it is wanted or not.
class OutputStream {
 public:
  using OnPiece = std::function<void(std::string_view raw, bool whole)>;

  /// `after_batch` runs when the pieces of one read have been handed out.
  OutputStream(boost::asio::io_context& loop, UniqueFd fd, OnPiece on_piece,
               std::function<void()> after_batch);

  /// Reads what is there now, without waiting for more; at most 64 MiB, should somebody go on
  /// writing. May be called from within another stream's on_piece.
  void drain();

  /// Hands out the rest that has no end of line.
  void finish(const OnPiece& on_rest) { splitter_.finish(on_rest); }

  int fd() const { return watcher_.fd(); }
  bool closed() const { return watcher_.closed(); }
  void close() { watcher_.close(); }
  void when_writable(std::function<void()> then) { watcher_.when_writable(std::move(then)); }

  /// Called once when the other side has closed; only for who needs to know at once.
  std::function<void()> on_closed;

 private:
  bool read_once(std::span<char> buffer);
  void on_readable();

  OnPiece on_piece_;
  std::function<void()> after_batch_;
  LineSplitter splitter_;
  FdWatcher watcher_;
};

/// The two-way report descriptor: report lines come, verdict lines go.
class ReportChannel {
 public:
  ReportChannel(boost::asio::io_context& loop, UniqueFd fd, OutputStream::OnPiece on_piece);

  /// Whether the trainer has ever written to it.
  bool used() const { return used_; }

  /// A trainer that does not read its verdicts loses `proceed`s, never a stop.
  void say_proceed();
  void say_stop(std::string_view reason, StopFor what);

  OutputStream& stream() { return stream_; }

 private:
  void send_pending();

  bool used_ = false;
  bool waiting_ = false;
  std::string pending_;
  OutputStream stream_;
};

}  // namespace evolt
