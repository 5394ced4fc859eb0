#include "workers/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace evolt {

namespace asio = boost::asio;

struct FdWatcher::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, int fd, std::function<void()> readable)
      : descriptor(loop, fd), on_readable(std::move(readable)) {}

  void wait() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code&) {
                            if (self->closed) {
                              return;
                            }
                            self->on_readable();
                            if (!self->closed) {
                              self->wait();
                            }
                          });
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void()> on_readable;
  bool closed = false;
};

FdWatcher::FdWatcher(asio::io_context& loop, UniqueFd fd, std::function<void()> on_readable)
    : state_(std::make_shared<State>(loop, fd.release(), std::move(on_readable))) {
  state_->wait();
}

FdWatcher::~FdWatcher() {
  close();
}

int FdWatcher::fd() const {
  return state_->closed ? -1 : state_->descriptor.native_handle();
}

void FdWatcher::when_writable(std::function<void()> then) {
  state_->descriptor.async_wait(
      asio::posix::stream_descriptor::wait_write,
      [self = state_, then = std::move(then)](const boost::system::error_code&) {
        if (!self->closed) {
          then();
        }
      });
}

void FdWatcher::close() {
  if (!state_->closed) {
    state_->closed = true;
    boost::system::error_code ignored;
    state_->descriptor.close(ignored);
  }
}

bool FdWatcher::closed() const {
  return state_->closed;
}

struct LoopTimer::State {
  explicit State(asio::io_context& loop) : timer(loop) {}

  asio::steady_timer timer;
  std::function<void()> then;
  unsigned turn = 0;  // tells an alarm that was replaced while its handler was already queued
  bool set = false;
};

LoopTimer::LoopTimer(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): a steady timer can always be cancelled
LoopTimer::~LoopTimer() {
  cancel();
}

void LoopTimer::at(std::chrono::steady_clock::time_point when, std::function<void()> then) {
  state_->then = std::move(then);
  state_->set = true;
  const unsigned turn = ++state_->turn;
  state_->timer.expires_at(when);
  state_->timer.async_wait([self = state_, turn](const boost::system::error_code&) {
    if (self->set && self->turn == turn) {
      self->set = false;
      const std::function<void()> run = std::move(self->then);
      run();
    }
  });
}

void LoopTimer::cancel() {
  if (state_->set) {
    state_->set = false;
    ++state_->turn;
    state_->timer.cancel();
  }
}

bool LoopTimer::set() const {
  return state_->set;
}

struct LoopTasks::State {
  explicit State(asio::io_context& io) : loop(io) {}

  asio::io_context& loop;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard;
  std::size_t held = 0;
  bool gone = false;  // loop only
};

LoopTasks::LoopTasks(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {}

LoopTasks::~LoopTasks() {
  state_->gone = true;
  state_->guard.reset();
}

void LoopTasks::post(std::function<void()> task) {
  asio::post(state_->loop, [self = state_, task = std::move(task)] {
    if (!self->gone) {
      task();
    }
  });
}

void LoopTasks::hold() {
  if (state_->held++ == 0) {
    state_->guard.emplace(state_->loop.get_executor());
  }
}

void LoopTasks::let_go() {
  if (state_->held > 0 && --state_->held == 0) {
    state_->guard.reset();
  }
}

}  // namespace evolt
