#pragma once

#include "core/trial.hpp"
#include "workers/trial_spec.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// Where the files of one attempt are: `STUDY_DIR/trials/ID/attempt-N/`. See docs/trials.md.
struct AttemptFiles {
  std::string directory;
  std::string params;                      ///< EVOLT_PARAMS
  std::string hosts;                       ///< EVOLT_HOSTFILE; empty: the trial has one rank
  std::string checkpoint_in;               ///< EVOLT_CHECKPOINT_IN; empty: from scratch
  std::string checkpoint_out;              ///< EVOLT_CHECKPOINT_OUT; empty: the study keeps none
  std::optional<TrialId> checkpoint_from;  ///< the parent whose checkpoint_in is; absent: its own

  /// Whether the attempt counts its steps on from those of an earlier one.
  bool continues() const { return !checkpoint_in.empty() && !checkpoint_from; }
};

/// Names them and finds the checkpoint to start from, creating nothing: the attempt's own if it
/// has one that is still there; else what an earlier attempt of the trial left, the latest first
/// (one that was lost could not tell); else what the attempts of the parent that it inherits from
/// left.
AttemptFiles plan_files(const TrialSpec& spec, const Attempt& attempt);

/// Makes the directories and writes the parameters, and the hosts where the trial has several
/// ranks. Errors: unavailable when the disk refuses.
absl::Status make_files(const TrialSpec& spec, const AttemptFiles& files,
                        std::string_view params_json);

/// Writes a file of evolt's own for a trainer to read. Errors: unavailable when the disk refuses.
absl::Status write_file(const std::string& path, std::string_view text);

/// Steps of a whole training of this trial; 0: not known.
inline std::int64_t full_steps(const TrialSpec& spec, const Trial& trial) {
  return trial.fidelity.steps > 0 ? trial.fidelity.steps : spec.steps;
}

/// The step that an attempt of this trial trains to; 0: not known.
inline std::int64_t goal_of(const TrialSpec& spec, const Trial& trial, const Attempt& attempt) {
  return attempt.goal > 0 ? attempt.goal : full_steps(spec, trial);
}

/// `{"trial","attempt","params","steps","goal","fidelity"}` and, where checkpoints are kept,
/// `"checkpoint_in"`, `"checkpoint_out"`, and for a parent's `"checkpoint_from"`; one line without
/// its end. Appended to `out`.
void append_trial_json(std::string& out, const TrialSpec& spec, const Trial& trial,
                       const Attempt& attempt, const AttemptFiles* files);

/// A directory of an attempt's own in which everything of `study` appears as a link, but for the
/// first name on the way to `result`: trainers that write a result file of the same name do not
/// meet. Errors: unavailable when the disk refuses.
absl::StatusOr<std::string> make_work_directory(const std::string& attempt_directory,
                                                const std::string& study,
                                                const std::string& result);

/// Makes a directory, its parents too where they are missing, for this user alone.
/// Errors: unavailable when the disk refuses.
absl::Status make_directory(const std::string& path);

/// Whether a checkpoint lies in this directory.
bool holds_something(const std::string& directory);

/// The directory with the newest checkpoint that the attempts of a trial left; empty: there is none
/// that can be seen from here.
std::string newest_checkpoint(const std::string& study_dir, const TrialId& trial);

}  // namespace evolt
