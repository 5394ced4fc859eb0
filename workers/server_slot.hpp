#pragma once

#include "workers/attempt_end.hpp"
#include "workers/attempt_files.hpp"
#include "workers/attempt_record.hpp"
#include "workers/bounded_log.hpp"
#include "workers/executor.hpp"
#include "workers/flat_json.hpp"
#include "workers/line_capture.hpp"
#include "workers/nanny_link.hpp"
#include "workers/nanny_spawn.hpp"
#include "workers/output_stream.hpp"
#include "workers/trial_spec.hpp"

#include <cstddef>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What the slots of a server executor share.
struct ServerShared {
  boost::asio::io_context& loop;
  const TrialSpec& spec;
  Reaper& reaper;
  LoopTasks& tasks;
};

/// One slot with its server. Thread: loop.
class ServerSlot {
 public:
  /// `order` is what starts the server, but for the mark in its environment.
  ServerSlot(ServerShared shared, NannyOrder order, std::string mark);

  /// Whether the slot can take a trial: the last one's end has been told.
  bool free() const { return reported_; }
  bool runs(const TrialId& trial) const { return busy_ && attempt_.trial == trial; }

  /// Errors: unavailable when a server was needed and the system had no room to start it.
  absl::Status start(const Trial& trial, const Attempt& attempt, TrialObserver& observer);

  void stop(std::string_view reason, StopFor what) { begin_stop(StopCause::asked, reason, what); }

 private:
  absl::Status launch();
  absl::Status connect(NannyProcess process);
  void hand_over();
  void send_pending();
  void on_output(std::string_view raw, bool whole);
  void on_errors(std::string_view raw);
  bool on_answer();
  void on_report(std::string_view line);
  void watch();
  void on_watch();
  void begin_stop(StopCause cause, std::string_view reason, StopFor what = StopFor::good);
  void kill_server();
  void on_server_end(const NannyReport& report);
  void settle(const NannyReport& report);
  bool try_again(const NannyReport& report);
  void start_again();
  Outcome death_outcome(const NannyReport& report);
  void finish(Outcome outcome);
  void finish_lost(std::string reason);
  Outcome base_outcome(bool ended_well);
  std::optional<Seconds> server_cpu() const;

  ServerShared shared_;
  NannyOrder order_;
  std::string mark_;
  std::uint64_t launches_ = 0;

  // The server.
  std::optional<NannyLink> link_;
  std::optional<OutputStream> output_;
  std::optional<OutputStream> errors_;
  std::optional<FdWatcher> input_;
  pid_t nanny_ = -1;
  bool spoke_ = false;  // the server that runs now has said something we understand
  bool killing_ = false;
  std::size_t deaths_ = 0;  // in a row, without a word
  std::string pending_;     // lines that the server has not taken yet
  bool waiting_ = false;
  BoundedLog log_;
  bool log_named_ = false;
  LastLines last_lines_;
  FlatJson json_;

  // The trial.
  bool busy_ = false;     // it runs
  bool reported_ = true;  // its end was told
  bool heard_ = false;    // about this trial
  bool continued_ = false;
  std::int64_t goal_ = 0;
  Attempt attempt_;
  TrialObserver* observer_ = nullptr;
  std::string line_;  // what the server was told; kept to tell it again
  std::string checkpoint_out_;
  AttemptRecord record_;
  Report report_;
  StopCause cause_ = StopCause::none;
  std::string stop_reason_;
  std::string host_file_;  // EVOLT_HOSTFILE; empty: trials have one rank
  SteadyTime kill_at_;
  Seconds kill_grace_;  // between TERM and KILL, once kill_at_ has come
  std::optional<Seconds> cpu_before_;
  LoopTimer timer_;
};

}  // namespace evolt
