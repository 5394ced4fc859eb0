#pragma once

#include "core/clock.hpp"
#include "service/report/ledger.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>

namespace evolt {

struct DisplayOptions {
  std::int64_t budget = 0;  ///< trials of the study
  bool terminal = false;    ///< one line that is drawn again and again; plain lines otherwise
};

/// Shows how a study goes while it runs: ended of budget, running, stopped, failed, the best, the
/// time and an estimate of what is left. Thread: loop.
class Display {
 public:
  /// Requires: `out` and `clock` outlive this.
  Display(DisplayOptions options, std::ostream& out, const Clock& clock, const Ledger& ledger);

  /// Draws when there is something new: a terminal's line at each call, a plain line at most every
  /// five seconds, and at once for a new best.
  void update(const Ledger& ledger);

  /// Leaves the terminal's line as it is and goes to the next.
  void finish(const Ledger& ledger);

 private:
  std::string line(const Ledger& ledger) const;
  void draw(const Ledger& ledger);

  DisplayOptions options_;
  std::ostream& out_;
  const Clock& clock_;
  Seconds began_;
  Seconds drawn_at_;
  std::int64_t ended_before_ = 0;
  std::int64_t ended_drawn_ = -1;
  std::int64_t best_drawn_ = 0;
};

/// `1:07`, `2:03:59`.
std::string clock_text(Seconds duration);

}  // namespace evolt
