#include "workers/energy/call_thread.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace evolt {

struct CallThread::State {
  std::condition_variable changed;
  std::mutex mutex;
  // Guarded by mutex.
  std::function<void()> call;  // set: asked for and not yet returned
  bool ending = false;
  bool ended = false;
  Seconds patience{1};
};

namespace {

std::chrono::duration<double> duration_of(Seconds time) {
  return std::chrono::duration<double>(time.value);
}

}  // namespace

CallThread::CallThread()
    : state_(std::make_shared<State>()), thread_([state = state_] { serve(state); }) {}

CallThread::~CallThread() {
  bool ended = false;
  {
    std::unique_lock lock(state_->mutex);
    state_->ending = true;
    state_->changed.notify_all();
    ended = state_->changed.wait_for(lock, duration_of(state_->patience),
                                     [this] { return state_->ended; });
  }
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

bool CallThread::run(std::function<void()> call, Seconds patience) {
  std::unique_lock lock(state_->mutex);
  if (state_->call) {
    return false;
  }
  state_->patience = patience;
  state_->call = std::move(call);
  state_->changed.notify_all();
  return state_->changed.wait_for(lock, duration_of(patience), [this] { return !state_->call; });
}

void CallThread::serve(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    state->changed.wait(lock, [&] { return state->call || state->ending; });
    if (!state->call) {
      break;
    }
    const std::function<void()>& call = state->call;  // nobody replaces it while it is set
    lock.unlock();
    call();
    lock.lock();
    state->call = nullptr;
    state->changed.notify_all();
  }
  state->ended = true;
  state->changed.notify_all();
}

}  // namespace evolt
