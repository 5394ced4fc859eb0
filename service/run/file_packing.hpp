#pragma once

#include "service/report/ledger.hpp"
#include "service/storage/file_packer.hpp"
#include "service/storage/file_system.hpp"
#include "service/study.hpp"

#include <memory>
#include <string>

namespace evolt {

/// Whether the small files of this study's ended trials go into one: as trial.pack_files says, else
/// where its directory lies on a network file system.
bool packs_files(const Study& study, const std::string& directory,
                 const FileSystem& files = machine_file_system());

/// What packs them, beginning with those of the trials that ended before; nullptr where that is
/// not wanted. `elsewhere`: the database does not lie in `directory`, where locks may not work.
std::unique_ptr<FilePacker> pack_files(const Study& study, const std::string& directory,
                                       const Ledger& ledger, bool elsewhere);

/// Whether a trial has a result and nothing of it runs any more: a result may come late, from an
/// attempt that was taken for lost, while the next one runs.
bool is_over(const LedgerTrial& trial);

/// As a packer must know it. Requires: the trial is over, or was when its process died.
EndedTrial ended_trial(const LedgerTrial& trial);

}  // namespace evolt
