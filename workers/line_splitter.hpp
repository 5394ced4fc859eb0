#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace evolt {

/// Cuts a stream of bytes into lines. A line ends at `\n` or `\r` (progress bars), so that a bar in
/// front of a report does not hide it. Memory is bounded: what is longer than the limit comes out
/// in pieces that are marked as not whole, however it was cut by the writer.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t limit = std::size_t{256} * 1024) : limit_(limit) {}

  /// Calls `on_piece(raw, whole)` for each piece: `raw` with its end of line. Only a piece that is
  /// whole is a line. `raw` lives during the call.
  template <typename F>
  void feed(std::string_view chunk, F&& on_piece) {
    while (!chunk.empty()) {
      const auto end =
          std::find_if(chunk.begin(), chunk.end(), [](char c) { return c == '\n' || c == '\r'; });
      const bool ends = end != chunk.end();
      const std::size_t length = static_cast<std::size_t>(end - chunk.begin()) + (ends ? 1 : 0);
      const std::string_view piece = chunk.substr(0, length);
      chunk.remove_prefix(length);
      if (ends && rest_.empty()) {
        on_piece(piece, !overlong_ && piece.size() <= limit_);
        overlong_ = false;
        continue;
      }
      rest_.append(piece);
      if (ends || rest_.size() > limit_) {
        const bool whole = ends && !overlong_ && rest_.size() <= limit_;
        overlong_ = !ends;
        on_piece(std::string_view(rest_), whole);
        rest_.clear();
      }
    }
  }

  /// Hands out what has no end of line. Whole as far as its length goes: whether its writer
  /// finished it, only the caller can know.
  template <typename F>
  void finish(F&& on_piece) {
    if (!rest_.empty()) {
      on_piece(std::string_view(rest_), !overlong_);
      rest_.clear();
    }
    overlong_ = false;
  }

 private:
  std::size_t limit_;
  std::string rest_;
  bool overlong_ = false;
};

}  // namespace evolt
