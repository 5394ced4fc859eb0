#pragma once

#include "core/event.hpp"
#include "service/report/ledger.hpp"
#include "service/storage/file_packer.hpp"
#include "service/storage/storage.hpp"

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace evolt {

/// Rank 0's memory of a study: each event goes to the ledger at once and to the disk in batches.
/// Thread: loop.
class Recorder {
 public:
  /// Requires: both outlive this, and the storage has begun. `storage` may be null: nothing is
  /// kept. `pause`: between two tries of close() while the disk is full.
  Recorder(Storage* storage, Ledger& ledger, Seconds pause = Seconds{1})
      : storage_(storage), ledger_(ledger), pause_(pause) {}

  /// From now on the files of trials that end are packed, if `packer` is not null; `say` is told
  /// what goes wrong.
  void pack_with(std::unique_ptr<FilePacker> packer, std::function<void(const std::string&)> say) {
    packer_ = std::move(packer);
    say_ = std::move(say);
  }

  void record(Event event);

  /// Hands what came since the last call to the storage. What a full queue refuses is offered again
  /// at the next call.
  void hand_over();

  /// Why the disk does not take anything at present; empty while it does.
  std::string paused() const;

  /// Not OK once the storage failed for good.
  absl::Status status() const;

  /// Running time of the study over all its starts.
  Seconds seconds() const;

  /// Waits for the disk, at the end of a run: a full one has 300 tries to get room.
  /// Errors: unavailable when it did not; then nothing that was not written before is kept.
  absl::Status close();

  const Ledger& ledger() const { return ledger_; }

 private:
  absl::Status close_storage();
  void pass_on_complaint();

  Storage* storage_;
  Ledger& ledger_;
  Seconds pause_;
  std::vector<Event> waiting_;
  absl::Status failed_;
  std::unique_ptr<FilePacker> packer_;
  std::function<void(const std::string&)> say_;
};

}  // namespace evolt
