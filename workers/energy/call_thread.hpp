#pragma once

#include "core/units.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace evolt {

/// A thread that makes calls which may never return, into drivers of sick devices, so that its
/// owner goes on. Thread: one owner.
class CallThread {
 public:
  CallThread();
  CallThread(const CallThread&) = delete;
  CallThread& operator=(const CallThread&) = delete;
  /// Waits for the call under way for `patience` of the last run(), then leaves the thread behind.
  ~CallThread();

  /// Makes a call on the thread and waits for it. False: it has not returned within `patience`, or
  /// an earlier one still has not, in which case nothing is called and nothing waited for.
  /// Requires: the call owns or shares whatever it touches, for it may end later than we do.
  bool run(std::function<void()> call, Seconds patience);

 private:
  struct State;
  static void serve(const std::shared_ptr<State>& state);

  // Shared, for a call that hangs keeps the thread, and with it this, beyond our own life.
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace evolt
