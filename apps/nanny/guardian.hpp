#pragma once

#include "apps/nanny/options.hpp"

#include <string_view>
#include <sys/types.h>

namespace evolt::nanny {

/// Runs one trainer and lets nothing of it live on: not after its main process ended, not after
/// evolt died, not after an order to stop. Single-threaded.
class Guardian {
 public:
  explicit Guardian(const Options& options) : options_(options) {}

  /// Returns when no descendant is left. The result is our exit code.
  int run();

 private:
  enum class State {
    running,   // the trainer works
    stopping,  // TERM was sent; KILL follows
    killing,   // KILL is sent until nothing is left
  };

  bool start_trainer();
  [[noreturn]] void become_trainer(int failed_fd);
  void turn();
  int timeout_ms() const;
  void on_signal();
  void on_control();
  void on_order(std::string_view order);
  void reap();
  void on_main_ended(int status);
  void check_limits();
  void check_parent();
  void stop(long grace_ms);
  void kill_now();
  void kill_round();
  void say(const char* format, ...) __attribute__((format(printf, 2, 3)));
  void say_ended();

  Options options_;
  State state_ = State::running;
  pid_t main_ = -1;
  bool main_alive_ = false;
  bool childless_ = false;
  bool stopped_ = false;  // TERM was sent at some time: leftovers may use the rest of the grace
  int status_ = 0;
  int signals_ = -1;
  bool control_open_ = true;
  long long started_ms_ = 0;
  long long ended_us_ = 0;
  long long started_us_ = 0;
  long long deadline_ms_ = 0;  // of the state
  long pause_ms_ = 0;          // until the next round of KILL
  long long next_look_ms_ = 0;
  char order_[256] = {};
  std::size_t order_size_ = 0;
};

/// Kills every process that carries `mark`, again and again until none is left.
int sweep(const char* mark);

}  // namespace evolt::nanny
