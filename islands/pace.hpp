#pragma once

#include <cstdint>

namespace evolt {

/// What an island looks like when migration has its turn.
struct IslandState {
  bool improved = false;  ///< it has a better best than at the last turn
  double diversity = 0;   ///< mean distance of its living
};

/// How often an island sends individuals, and how many: the pace that the study sets, or one that
/// follows the island.
///
/// Self-tuning: an island that improves on its own is left alone (the interval doubles, up to eight
/// times the study's), one that stands still asks for company (it halves, down to a quarter). One
/// individual more goes where diversity has sunk below half of the most that was seen, as the
/// neighbours of an island that has converged are likely to gain from it, and what it has lost can
/// only come from them; one less while it has not. Source: the idea of a migration rate that
/// follows what it brings is Lardeux & Goeffon 2010, "A dynamic island-based genetic algorithms
/// framework"; the rule is ours.
class Pace {
 public:
  /// Requires: every > 0, size > 0.
  Pace(std::int32_t every, std::int32_t size, bool self_tuning);

  /// Counts a result; whether migration has its turn.
  bool count();

  /// The turn that has come.
  void turn(const IslandState& state);

  bool self_tuning() const { return self_tuning_; }
  std::int32_t every() const { return every_; }
  std::int32_t size() const { return size_; }

 private:
  std::int32_t given_every_;
  std::int32_t given_size_;
  bool self_tuning_;
  std::int32_t every_;
  std::int32_t size_;
  std::int32_t counted_ = 0;
  double most_diverse_ = 0;
};

}  // namespace evolt
