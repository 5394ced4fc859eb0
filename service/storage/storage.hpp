#pragma once

#include "core/event.hpp"
#include "core/units.hpp"

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace evolt {

/// An event as it lies in the journal.
struct StoredEvent {
  std::int64_t sequence = 0;  ///< 1, 2, 3 ... without a gap
  Event event;
};

/// Called for every event in order; an error ends the replay and is passed on.
using EventVisitor = absl::FunctionRef<absl::Status(const StoredEvent&)>;

/// What was known of a study when its storage was opened.
struct StudyRecord {
  std::string study;         ///< the resolved study as JSON; empty: never started
  std::uint32_t starts = 0;  ///< how often it was started before
  Seconds seconds;           ///< of running time, over all those starts
  std::int64_t events = 0;
};

/// How the writing goes.
struct StorageHealth {
  std::int64_t appended = 0;  ///< sequence of the last event taken
  std::int64_t durable = 0;   ///< sequence of the last event on disk
  /// Not empty while the disk refuses but may recover (it is full): writing is tried again until it
  /// works. Start no trials meanwhile.
  std::string paused;
  absl::Status failed;  ///< not OK: writing ended for good
};

/// Where the facts of a study are kept. One process has it open at a time.
///
/// Life: open; look at record() and replay(); begin() once; append() as facts come; flush();
/// close(). Thread: loop, all of it; nothing here waits for the disk but replay, begin, flush and
/// close.
class Storage {
 public:
  virtual ~Storage() = default;

  virtual const StudyRecord& record() const = 0;

  /// Every event, in order. Requires: before begin().
  /// Errors: data_loss, naming the row, when something was damaged.
  virtual absl::Status replay(EventVisitor visit) = 0;

  /// Records a start of the study's process, durably, and the resolved study it runs. Returns the
  /// number of this incarnation, 1 for the first. Requires: called once.
  virtual absl::StatusOr<std::uint32_t> begin(const std::string& study) = 0;

  /// Takes events in order, to be written soon. Moves from `events` only where it returns OK.
  /// Errors: resource_exhausted when the queue is full: nothing was taken, offer the same events
  /// again later; any other: writing failed for good, earlier events past `durable` may be lost.
  virtual absl::Status append(std::vector<Event>&& events) = 0;

  virtual StorageHealth health() const = 0;

  /// Running time of the study, over all starts and this one so far.
  virtual Seconds seconds() const = 0;

  /// Waits until everything taken is on disk. Errors: unavailable while the disk is full (nothing
  /// is lost; call again); any other: as append.
  virtual absl::Status flush() = 0;

  /// Flushes and lets go of the study. Nothing may be appended afterwards. Idempotent. A destructor
  /// without close() behaves like a process that was killed, except that it waits for what is
  /// queued.
  virtual absl::Status close() = 0;
};

}  // namespace evolt
