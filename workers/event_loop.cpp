#include "workers/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
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

namespace {

/// What handlers of one io_context posted. Thread: loop.
class RunQueue final : public asio::execution_context::service {
 public:
  using key_type = RunQueue;
  static inline asio::execution_context::id id;

  explicit RunQueue(asio::execution_context& loop) : service(loop) {}

  void add(asio::io_context& loop, std::function<void()> task) {
    tasks_.push_back(std::move(task));
    if (!std::exchange(drains_, true)) {
      schedule(loop);
    }
  }

  bool empty() const { return tasks_.empty(); }

 private:
  /// So many that a turn of Asio costs little beside them; so few that nothing waits for them long.
  static constexpr int kAtOnce = 64;

  void schedule(asio::io_context& loop) {
    asio::post(loop, [this, &loop] {
      for (int i = 0; i < kAtOnce && !tasks_.empty(); ++i) {
        const std::function<void()> task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
      }
      drains_ = !tasks_.empty();
      if (drains_) {
        schedule(loop);
      }
    });
  }

  void shutdown() noexcept override { tasks_.clear(); }

  std::deque<std::function<void()>> tasks_;
  bool drains_ = false;  ///< a handler is under way
};

}  // namespace

struct LoopTasks::State {
  explicit State(asio::io_context& io) : loop(io), queue(asio::use_service<RunQueue>(io)) {}

  asio::io_context& loop;
  RunQueue& queue;
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
  auto unless_gone = [self = state_, task = std::move(task)] {
    if (!self->gone) {
      task();
    }
  };
  if (state_->loop.get_executor().running_in_this_thread()) {
    state_->queue.add(state_->loop, std::move(unless_gone));
  } else {
    asio::post(state_->loop, std::move(unless_gone));
  }
}

bool LoopTasks::waiting() const {
  return !state_->queue.empty();
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
