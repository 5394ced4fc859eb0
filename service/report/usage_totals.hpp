#pragma once

#include "core/outcome.hpp"

#include <cstdint>
#include <optional>

namespace evolt {

/// What the attempts of a study used together, lost ones too.
class UsageTotals {
 public:
  void add(const Usage& usage);

  /// Undoes an add() of the same: a lost attempt has come to an end after all.
  void take_back(const Usage& usage);

  std::int64_t attempts() const { return attempts_; }
  Seconds wall() const { return wall_; }
  Seconds startup() const { return startup_; }  ///< a part of wall()
  Seconds cpu() const { return cpu_; }          ///< as far as it was measured

  /// nullopt unless every attempt was measured: what nobody measured is not 0 J.
  std::optional<Joules> joules() const;

 private:
  void count(const Usage& usage, int sign);

  std::int64_t attempts_ = 0;
  std::int64_t metered_ = 0;  ///< of these, with a reading of energy
  Seconds wall_;
  Seconds startup_;
  Seconds cpu_;
  Joules joules_;
};

}  // namespace evolt
