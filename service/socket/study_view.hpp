#pragma once

#include "core/clock.hpp"

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

namespace evolt {

/// What a reading command was told, and by whom.
struct StudyView {
  enum class Source {
    file,      ///< the study's own file: it does not run
    socket,    ///< the running study
    snapshot,  ///< a copy that the running study made, or the mirror of one that lies elsewhere
  };

  std::string reply;  ///< as `answer` writes it, an object with one key, without the newline
  Source source = Source::file;
  std::optional<Seconds> age;  ///< of the snapshot
};

struct StudyViewOptions {
  Seconds patience{10};          ///< with a running study that is silent
  std::optional<bool> writable;  ///< of the directory; nullopt: find out
  const Clock* clock = nullptr;  ///< nullptr: the machine's
};

/// What every reading command does: asks the study in `directory` one request of `answer`. Its file
/// is opened; where a run holds it, the run's socket is asked; where that cannot be reached (it
/// runs on another host), its last snapshot is read. A study whose database lies elsewhere is asked
/// through its socket, or its mirror is read. Errors: the error that `answer` gave;
/// not_found when there is no study; unavailable when it runs out of reach and has no snapshot yet;
/// data_loss and failed_precondition as read_study_file.
absl::StatusOr<StudyView> read_study_view(const std::string& directory, std::string_view request,
                                          StudyViewOptions options = {});

/// `as of 8 s ago`, or empty where the view is not from a snapshot.
std::string age_text(const StudyView& view);

}  // namespace evolt
