#pragma once

#include "core/search_space.hpp"
#include "service/report/ledger.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

enum class ExportFormat {
  csv,     ///< one row a trial
  json,    ///< one object: the report of `best`, and all trials with their curves
  optuna,  ///< a journal file that Optuna and its dashboard open
};

/// `csv`, `json`, `optuna`; nullopt for anything else.
std::optional<ExportFormat> export_format(std::string_view word);

/// The trials of a study as text, piece by piece, so that the loop of a running study is never held
/// for long. Formats: docs/reports.md. Trials that arrive meanwhile are left out.
class Export {
 public:
  /// Requires: `ledger` outlives it. `space` and `name` are the study's (for Optuna).
  Export(const Ledger& ledger, SearchSpace space, std::string name, ExportFormat format);

  /// Appends the next piece, a few trials at most; false when there was none left.
  bool next(std::string& text);

 private:
  void head(std::string& text);
  void trial(std::string& text, const LedgerTrial& trial);

  const Ledger* ledger_;
  SearchSpace space_;
  std::string name_;
  ExportFormat format_;
  std::vector<std::string> params_;  ///< columns, fixed at the start
  std::vector<std::string> metrics_;
  std::int64_t total_ = 0;
  std::int64_t done_ = -1;  ///< -1: the head is still to come
};

/// The whole of it at once.
std::string export_all(const Ledger& ledger, const SearchSpace& space, std::string name,
                       ExportFormat format);

}  // namespace evolt
