#pragma once

#include "service/run/rank_loop.hpp"

#include <string>
#include <vector>

namespace evolt {

/// The small files by which the ranks of a running study can be found on their hosts, and by which
/// a supervisor says that its rank died: `rank-N.pid` and `rank-N.lost` in `DIR/run`.
class RankFiles {
 public:
  explicit RankFiles(std::string run_directory) : directory_(std::move(run_directory)) {}

  static std::string directory_of(const std::string& study_directory) {
    return study_directory + "/run";
  }

  const std::string& directory() const { return directory_; }

  /// Rank 0, before the others begin: forgets what an earlier start left.
  void clear() const;

  /// This process is that rank. Best effort: a study does not fail for want of it.
  void write_pid(int rank) const;
  void remove_pid(int rank) const;

  /// Rank 0, at the end.
  void remove_all() const;

  /// By a supervisor.
  void note_death(int rank, const std::string& how) const;

  /// Every death that was noted.
  std::vector<Death> deaths() const;

 private:
  std::string path(int rank, const char* ending) const;

  std::string directory_;
};

}  // namespace evolt
