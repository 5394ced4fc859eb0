#pragma once

#include "core/units.hpp"
#include "workers/event_loop.hpp"
#include "workers/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace evolt {

/// What a nanny said of its trainer's end. See docs/nanny.md.
struct NannyReport {
  bool lost = false;          ///< the nanny died without a word
  std::optional<int> failed;  ///< errno: the trainer could not be started
  bool wall_limit = false;
  std::optional<long long> memory;  ///< bytes found when the memory limit was passed
  std::optional<int> asked;         ///< signal that somebody sent to the nanny
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::optional<Seconds> wall;
  std::optional<Seconds> cpu;
  std::optional<std::int64_t> max_rss;  ///< bytes
};

/// Reads one line of a nanny into `report`; true when it is its last word.
bool read_nanny_line(std::string_view line, NannyReport& report, pid_t& started);

/// Talks to one nanny.
class NannyLink {
 public:
  /// `on_end` runs once, from the loop; the link may be destroyed in a later turn, not in it.
  NannyLink(boost::asio::io_context& loop, UniqueFd control,
            std::function<void(const NannyReport&)> on_end);

  void stop(Seconds grace);
  void kill();

  /// Of the trainer's main process; -1 while unknown.
  pid_t trainer() const { return trainer_; }
  const NannyReport& report() const { return report_; }
  bool ended() const { return ended_; }

 private:
  void on_readable();
  void order(const std::string& line);
  void end();

  std::function<void(const NannyReport&)> on_end_;
  NannyReport report_;
  pid_t trainer_ = -1;
  bool ended_ = false;
  std::string rest_;
  FdWatcher watcher_;
};

/// Waits for child processes without blocking, so that none stays behind as a zombie.
class Reaper {
 public:
  explicit Reaper(boost::asio::io_context& loop) : timer_(loop) {}

  /// The process is about to end, or has ended.
  void add(pid_t pid);

 private:
  void sweep();

  std::vector<pid_t> pids_;
  std::chrono::milliseconds pause_{1};
  LoopTimer timer_;
};

}  // namespace evolt
