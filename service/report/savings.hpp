#pragma once

#include "core/units.hpp"
#include "service/report/ledger.hpp"

#include <cstdint>
#include <optional>

namespace evolt {

/// What was not spent because trials were stopped early. Steps that a trial had left are taken to
/// cost what its steps cost on the mean, start-up apart; the start-ups of attempts that took up a
/// parked trial are subtracted. Where trials are run again with higher goals from scratch, what the
/// earlier attempts did is subtracted too, also of those that went to the end.
struct Savings {
  std::int64_t trials = 0;  ///< stopped before their full length
  std::int64_t epochs = 0;
  Seconds seconds;
  std::optional<Joules> joules;  ///< nullopt where any of these trials lacks a measurement

  friend bool operator==(const Savings&, const Savings&) = default;
};

/// Of one trial; zero unless it was stopped before a known full length, or run again. What was run
/// again to the end has saved less than nothing, and counts as no trial. `anew`: LedgerOptions'.
Savings savings(const LedgerTrial& trial, bool anew);

/// Of a study. Cost: O(trials).
Savings savings(const Ledger& ledger);

/// What trials that ran on after their verdict say of the stopping rule.
struct AuditTotals {
  std::int64_t trials = 0;  ///< doomed, but trained to their end
  /// Of these, how many ended among the best tenth of all finished trials (at least the best one);
  /// with several objectives, on the front.
  std::int64_t misses = 0;

  friend bool operator==(const AuditTotals&, const AuditTotals&) = default;
};
AuditTotals audit_totals(const Ledger& ledger);

}  // namespace evolt
