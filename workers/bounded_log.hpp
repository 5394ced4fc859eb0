#pragma once

#include "workers/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace evolt {

/// How much of an attempt's output is kept.
struct LogBounds {
  std::size_t head = std::size_t{1} << 20;     ///< bytes at the start
  std::size_t segment = std::size_t{1} << 20;  ///< bytes of each file of the tail
  std::size_t segments = 15;                   ///< files of the tail
};

/// The output of one attempt on disk, bounded: the first MiB in `log`, the last 14 to 15 MiB in
/// `log.tail-N`, N rising; the oldest is removed when a sixteenth would begin. What is cut out in
/// the middle is nowhere. See docs/trials.md.
///
/// A disk that refuses loses the output and nothing else: failed() says so. Files appear with the
/// first byte.
class BoundedLog {
 public:
  BoundedLog() = default;
  explicit BoundedLog(std::string directory, LogBounds bounds = {});

  /// Adds a piece of output. It reaches the file with flush() at the latest.
  void add(std::string_view raw);
  void flush();

  bool failed() const { return failed_; }

 private:
  void next_file();
  void write_out(std::string_view bytes);

  std::string directory_;
  LogBounds bounds_;
  std::string buffer_;
  UniqueFd file_;
  std::size_t room_ = 0;    // left in the open file
  std::uint64_t tail_ = 0;  // number of the open segment; 0: the head
  bool opened_ = false;
  bool failed_ = false;
};

/// The log of an attempt as far as it was kept, the gap marked; empty when there is none.
std::string read_log(const std::string& directory);

}  // namespace evolt
