#pragma once

#include "core/units.hpp"

#include <vector>

namespace evolt {

/// When a rank looks into its mailbox while it finds nothing to do (PollPause), counted from when
/// it last did. So nobody has to simulate looks in vain.
class QuietLooks {
 public:
  /// `waking`: so much longer than asked for does a sleep last.
  explicit QuietLooks(Seconds waking);

  /// The first look not before `least`.
  Seconds at_or_after(Seconds least) const;

 private:
  Seconds longest_;
  std::vector<Seconds> looks_;  ///< until they are `longest_` apart
};

}  // namespace evolt
