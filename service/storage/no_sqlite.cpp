#include "service/storage/file_packer.hpp"
#include "service/storage/packed_files.hpp"
#include "service/storage/sqlite_study.hpp"

namespace evolt {
namespace {

absl::Status left_out() {
  return absl::UnimplementedError(
      "this evolt was built without SQLite and keeps no studies; build it with "
      "-DEVOLT_WITH_SQLITE=ON");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Storage>> open_study(const std::string&, StudyOptions) {
  return left_out();
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_study_file(const std::string&,
                                                             std::optional<bool>) {
  return left_out();
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_snapshot(const std::string&) {
  return left_out();
}

absl::StatusOr<std::unique_ptr<StudyReader>> read_mirror(const std::string&) {
  return left_out();
}

absl::StatusOr<std::vector<TrialFileEntry>> list_trial_files(const std::string&, const TrialId&,
                                                             Seconds) {
  return left_out();
}

absl::StatusOr<std::string> read_packed_file(const std::string&, const TrialId&, std::string_view,
                                             Seconds) {
  return left_out();
}

bool has_locks(const std::string&) {
  return false;
}

namespace detail {
class FilesDatabase {};
}  // namespace detail

// Never made: it packs what a study left, and no study can be opened.
FilePacker::FilePacker(FilePackerOptions options, std::vector<EndedTrial>)
    : options_(std::move(options)), clock_(*options_.clock) {}
FilePacker::~FilePacker() = default;
void FilePacker::ended(EndedTrial) {}
std::string FilePacker::complaint() {
  return {};
}
void FilePacker::close(Seconds) {}

}  // namespace evolt
