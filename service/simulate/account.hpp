#pragma once

#include "core/units.hpp"
#include "service/simulate/table_pool.hpp"
#include "service/simulate/table_study.hpp"

#include <cstdint>
#include <optional>

namespace evolt {

/// What training costs.
struct Spent {
  std::int64_t epochs = 0;
  Seconds seconds;  ///< start-up included
  Joules joules;

  Spent& operator+=(const Spent& other) {
    epochs += other.epochs;
    seconds += other.seconds;
    joules += other.joules;
    return *this;
  }
};

/// What came of one replay. Costs are scores, smaller being better.
struct Account {
  std::int64_t started = 0;
  Spent spent;  ///< in all
  Spent audit;  ///< of it, behind verdicts that were only tried out
  Spent full;   ///< what training all that were started to the end would have cost
  std::optional<double> returned;  ///< the final cost of the best of those trained to the end
  std::optional<Seconds> time_to_quality;
  std::optional<std::int64_t> epochs_to_quality;
  std::optional<Joules> joules_to_lean;
  std::optional<std::int64_t> epochs_to_lean;
};

/// Keeps the account of a replay.
class Bookkeeper {
 public:
  /// Requires: both outlive this.
  /// `table`: the study's, or one drawn from it.
  Bookkeeper(const TableStudy& study, const Table& table, const TablePool& pool, Seconds startup)
      : study_(study), table_(table), pool_(pool), startup_(startup) {}

  /// A row's first attempt starts.
  void start(std::uint32_t row);

  /// An epoch of a row was trained.
  void epoch(std::uint32_t row, std::int64_t epoch, bool audited);

  /// An attempt ended.
  void pay(Seconds seconds, Joules joules) {
    account_.spent.seconds += seconds;
    account_.spent.joules += joules;
  }

  /// Part of what an attempt paid was for the audit.
  void pay_audit(Seconds seconds, Joules joules) {
    account_.audit.seconds += seconds;
    account_.audit.joules += joules;
  }

  /// A row was trained to the end, and not only because of an audit. What is returned is chosen by
  /// what was seen; it counts by what is true of the row.
  void finish(std::uint32_t row, Seconds now);

  const Account& account() const { return account_; }

 private:
  const TableStudy& study_;
  const Table& table_;
  const TablePool& pool_;
  Seconds startup_;
  Account account_;
  double seen_ = 0;  ///< of what is returned
  Joules trained_;  ///< in all epochs so far, those of attempts that still run too; audits left out
};

}  // namespace evolt
