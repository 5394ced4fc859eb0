#pragma once

namespace evolt {

/// How `evolt` ends. A batch script runs the same command again on 3, 75 and 128 + n only.
enum class ExitCode : int {
  complete = 0,
  work_left = 3,  ///< stopped in good order; the same command goes on
  held = 4,       ///< needs a person: the trials fail, or the run cannot go on
  usage = 64,
  study_file = 65,  ///< the study file, or what it asks for, is wrong
  not_found = 66,   ///< there is no such study or trial
  served_elsewhere = 73,
  storage = 74,
  try_again = 75,
};

constexpr int number(ExitCode code) {
  return static_cast<int>(code);
}

}  // namespace evolt
