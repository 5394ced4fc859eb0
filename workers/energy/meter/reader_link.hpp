#pragma once

#include "core/units.hpp"
#include "workers/energy/meter/host_lock.hpp"
#include "workers/energy/meter/host_view.hpp"
#include "workers/energy/meter/meter_server.hpp"

#include <absl/status/statusor.h>

#include <string>
#include <utility>
#include <vector>

namespace evolt {

/// The sockets in `directory` at which readers of this host may listen, whatever their terms.
std::vector<std::string> reader_sockets(const std::string& directory, const MeetingHost& host);

/// A conversation with a reader that runs already, to look at its host and nothing else: unlike a
/// SharedMeter it never becomes the reader. Thread: one.
class ReaderLink {
 public:
  /// Errors: unavailable where nobody listens.
  static absl::StatusOr<ReaderLink> open(const std::string& socket);

  /// What is known at a reading made for it. Errors: unavailable: the reader has gone;
  /// deadline_exceeded: it did not answer; failed_precondition: it speaks another version.
  absl::StatusOr<HostView> look(Seconds patience);

 private:
  explicit ReaderLink(UniqueFd fd);

  LineSocket link_;
  bool greeted_ = false;
};

}  // namespace evolt
