#include "service/run/file_packing.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace evolt {

bool packs_files(const Study& study, const std::string& directory, const FileSystem& files) {
  if (study.trial.mode == StartMode::inproc) {
    return false;  // a function has no files
  }
  return study.trial.pack_files == PackFiles::always ||
         (study.trial.pack_files == PackFiles::automatic &&
          !network_file_system(files.magic(directory)).empty());
}

std::unique_ptr<FilePacker> pack_files(const Study& study, const std::string& directory,
                                       const Ledger& ledger, bool elsewhere) {
  if (!packs_files(study, directory)) {
    return nullptr;
  }
  std::vector<EndedTrial> before;
  for (const LedgerTrial& trial : ledger.trials()) {
    if (trial.result) {
      before.push_back(ended_trial(trial));
    }
  }
  namespace fs = std::filesystem;
  FilePackerOptions options;
  options.directory = fs::absolute(directory).string();
  options.study_folder = fs::absolute(study.directory.empty() ? "." : study.directory).string();
  options.locks = !elsewhere;
  return std::make_unique<FilePacker>(std::move(options), std::move(before));
}

bool is_over(const LedgerTrial& trial) {
  return trial.result && std::none_of(trial.attempts.begin(), trial.attempts.end(),
                                      [](const LedgerAttempt& attempt) {
                                        return attempt.state == LedgerAttempt::State::running;
                                      });
}

EndedTrial ended_trial(const LedgerTrial& trial) {
  return {.trial = trial.id,
          .lost_attempts = std::any_of(trial.attempts.begin(), trial.attempts.end(),
                                       [](const LedgerAttempt& attempt) {
                                         return attempt.state != LedgerAttempt::State::ended;
                                       })};
}

}  // namespace evolt
