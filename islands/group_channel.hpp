#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace evolt {

/// The ranks that run one trial together, when a trial is a function on several of them; the first
/// leads. Needs nothing but the standard library, as transport.hpp. Thread: join() on the loop, the
/// rest on the trial's own; so the transport must have been opened for several threads.
class GroupChannel {
 public:
  struct Note {
    std::int32_t from = 0;
    std::string bytes;
  };

  virtual ~GroupChannel() = default;

  /// Blocks until every rank of the group has called it. Requires: before all else, once.
  virtual void join() = 0;

  /// From any thread.
  virtual bool joined() const = 0;

  /// What MPI_Comm_f2c() turns into the communicator of the group, for the function alone.
  virtual int communicator() const = 0;

  /// Within the group; the leader is 0. Known before join().
  virtual std::int32_t rank() const = 0;
  virtual std::int32_t ranks() const = 0;

  /// Between the leader and the others, beside the communicator. Does not wait.
  virtual void send(std::int32_t to, const std::string& bytes) = 0;
  virtual std::optional<Note> receive() = 0;
};

}  // namespace evolt
