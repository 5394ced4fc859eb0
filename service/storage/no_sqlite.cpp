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

}  // namespace evolt
