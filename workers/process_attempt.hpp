#pragma once

#include "workers/attempt_end.hpp"
#include "workers/attempt_files.hpp"
#include "workers/attempt_record.hpp"
#include "workers/bounded_log.hpp"
#include "workers/executor.hpp"
#include "workers/line_capture.hpp"
#include "workers/nanny_link.hpp"
#include "workers/nanny_spawn.hpp"
#include "workers/output_stream.hpp"
#include "workers/trial_spec.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace evolt {

/// What tells whether a file was written since.
struct FileStamp {
  std::int64_t modified_ns = -1;  ///< -1: there is none
  std::int64_t size = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
FileStamp stamp_of(const std::string& path);

/// What an attempt is given at its start.
struct AttemptStart {
  AttemptFiles files;
  std::string result;  ///< path of the result file; empty: none
  FileStamp result_before;
  NannyOrder order;
  std::string mark;
  std::int64_t goal = 0;  ///< the step that it trains to; 0: not known
};

/// One attempt that runs as a process: reads what it says, passes verdicts on, ends it. Thread:
/// loop.
class ProcessAttempt {
 public:
  /// `capture` and `spec` outlive it. `on_end` runs once, from the loop; the attempt may be
  /// destroyed in a later turn.
  ProcessAttempt(boost::asio::io_context& loop, const TrialSpec& spec, LineCapture& capture,
                 Attempt attempt, TrialObserver& observer, std::function<void()> on_end);

  /// Errors: as spawn_nanny.
  absl::Status start(AttemptStart start);

  void stop(std::string_view reason, StopFor what) { begin_stop(StopCause::asked, reason, what); }

  /// The verdict on the oldest report that still waits for one: it goes on.
  void proceed();

  const TrialId& trial() const { return attempt_.trial; }
  pid_t nanny() const { return nanny_; }
  const std::string& mark() const { return start_.mark; }
  bool lost() const { return link_ && link_->report().lost; }

  /// Tells the observer how it ended. Requires: on_end has run. Last call.
  void tell();

 private:
  absl::Status connect(NannyProcess process);
  void on_output(std::string_view raw, bool whole, bool ended);
  void on_report_line(std::string_view raw, bool whole);
  const Measurement* take(Report&& report);
  void judge(const Measurement& measurement, bool by_channel);
  void begin_stop(StopCause cause, std::string_view reason, StopFor what = StopFor::good);
  void order_stop(Seconds grace);
  void watch_progress();
  void on_nanny_end(const NannyReport& report);
  void read_rest();
  void read_result();
  Outcome make_outcome();

  boost::asio::io_context& loop_;
  const TrialSpec& spec_;
  LineCapture& capture_;
  Attempt attempt_;
  TrialObserver& observer_;
  std::function<void()> on_end_;

  AttemptStart start_;
  pid_t nanny_ = -1;
  AttemptRecord record_;
  LastLines last_lines_;
  BoundedLog log_;
  FlatJson json_;
  Report report_;
  std::string result_error_;
  StopCause cause_ = StopCause::none;
  std::string stop_reason_;
  StopFor stop_for_ = StopFor::good;
  SteadyTime ended_;
  int unanswered_ = 0;  // reports on the channel whose verdict is to come
  bool quiet_ = false;  // the result file is read when nothing can be stopped any more

  std::optional<NannyLink> link_;
  std::optional<OutputStream> output_;
  std::optional<OutputStream> errors_;
  std::optional<ReportChannel> channel_;
  LoopTimer progress_timer_;
  LoopTimer stop_timer_;
};

}  // namespace evolt
