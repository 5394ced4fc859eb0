#pragma once

#include "workers/attempt_record.hpp"
#include "workers/bounded_log.hpp"
#include "workers/event_loop.hpp"
#include "workers/nanny_link.hpp"
#include "workers/nanny_spawn.hpp"
#include "workers/output_stream.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// A program that stays alive and talks in lines.
struct LineProgram {
  std::vector<std::string> command;  ///< argv, never a shell
  std::string directory = ".";       ///< where it runs
  std::string log_directory;         ///< its output goes to `log` there; see BoundedLog
  std::string nanny;                 ///< path of evolt-nanny; empty: EVOLT_NANNY, else beside us
};

/// What it says. Both run from the loop; `end` may start it again or destroy it.
struct LineEars {
  std::function<void(std::string_view line, bool whole)> line;  ///< of its standard output
  std::function<void(const std::string& why)> end;              ///< it ended, or never began
};

/// One such program under a nanny: in a session of its own, gone when this object or this process
/// is. It inherits the environment without the MPI launcher's variables. Thread: loop.
class LineProcess {
 public:
  /// Errors: not_found and permission_denied when the program or evolt-nanny cannot be found or
  /// run; unavailable when the disk refuses the log.
  static absl::StatusOr<std::unique_ptr<LineProcess>> make(boost::asio::io_context& loop,
                                                           LineProgram program, LineEars ears);
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;
  ~LineProcess();

  /// Requires: it does not run. Errors: unavailable when the system has no room.
  absl::Status start();
  bool running() const { return link_.has_value(); }

  /// Writes a line, without its end; kept until the program takes it, dropped where none runs.
  void write(std::string_view line);

  /// Adds a line of ours to its log.
  void note(std::string_view text);

  /// KILL to all that it started; `end` follows.
  void kill();

 private:
  LineProcess(boost::asio::io_context& loop, NannyOrder order, const std::string& log_directory,
              LineEars ears);
  absl::Status connect(NannyProcess process);
  void send_pending();
  void on_output(std::string_view raw, bool whole);
  void on_end(const NannyReport& report);

  boost::asio::io_context& loop_;
  NannyOrder order_;
  LineEars ears_;
  std::string mark_;
  std::uint64_t starts_ = 0;
  BoundedLog log_;
  LastLines last_lines_;  // of its standard error: what it died of
  std::string pending_;
  std::size_t sent_ = 0;  ///< of `pending_`
  bool waiting_ = false;
  pid_t nanny_ = -1;
  Reaper reaper_;
  LoopTasks tasks_;
  std::optional<NannyLink> link_;
  std::optional<OutputStream> output_;
  std::optional<OutputStream> errors_;
  std::optional<FdWatcher> input_;
};

}  // namespace evolt
