#pragma once

#include "islands/transport.hpp"
#include "service/report/ledger.hpp"
#include "service/run/exit_code.hpp"
#include "service/run/time_given.hpp"
#include "service/study.hpp"
#include "workers/executor.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace evolt {

/// What an executor is made from. All of it outlives the executor.
struct ExecutorSite {
  boost::asio::io_context& io;
  std::size_t slots = 0;          ///< 0: as many as the host has room for
  GroupChannel* group = nullptr;  ///< trials of several ranks: this rank's group; nullptr: no MPI
};

/// Makes what runs the trials of one rank.
using ExecutorFactory =
    std::function<absl::StatusOr<std::unique_ptr<Executor>>(const ExecutorSite& site)>;

struct RunOptions {
  std::string directory;             ///< of the study; empty: the study's name
  std::string database_directory;    ///< where its database is kept; empty: in the directory
  std::size_t slots = 0;             ///< of each rank; 0: each rank decides by its host's cores
  std::ostream* progress = nullptr;  ///< where to show how it goes; nullptr: nowhere
  bool terminal = false;             ///< whether that is a terminal
  std::ostream* errors = nullptr;    ///< where to say what is wrong; nullptr: nowhere
  TimeGiven time;                    ///< until when it may run
  std::optional<Seconds> began;      ///< the program, by SystemClock::now(); nullopt: now
  bool keep = true;                  ///< on disk; otherwise the study is gone with the process
  ExecutorFactory make_executor;     ///< empty: by the study's trial.mode
  bool measures_joules = false;      ///< what runs the trials tells what they used
};

/// How a run ended, and on rank 0 what came of the study.
struct RunResult {
  ExitCode code = ExitCode::complete;
  std::string message;             ///< why, when it is not complete
  std::unique_ptr<Ledger> ledger;  ///< rank 0, when the study could be opened
  /// Ranks that died on the way. Above 0: MPI could not be left in good order, and the process must
  /// end by _exit, without what libraries do at exit.
  std::int32_t ranks_lost = 0;
};

/// Runs a study to its end, or to the next interruption: first start and resume are the same call.
/// Every rank of a job calls this with the same options; only rank 0's `read` is called (it may
/// throw ConfigError), the others get the study from rank 0.
RunResult run_study(std::unique_ptr<Transport> transport, const std::function<Study()>& read,
                    const RunOptions& options);

}  // namespace evolt
