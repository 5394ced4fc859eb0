#include "service/report/export.hpp"

#include "service/report/csv.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/optuna_journal.hpp"
#include "service/report/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

/// About a millisecond of work where every trial has a curve of thirty points.
constexpr std::int64_t kTrialsAtOnce = 16;

}  // namespace

std::optional<ExportFormat> export_format(std::string_view word) {
  if (word == "csv") {
    return ExportFormat::csv;
  }
  if (word == "json") {
    return ExportFormat::json;
  }
  if (word == "optuna") {
    return ExportFormat::optuna;
  }
  return std::nullopt;
}

Export::Export(const Ledger& ledger, SearchSpace space, std::string name, ExportFormat format)
    : ledger_(&ledger),
      space_(std::move(space)),
      name_(std::move(name)),
      format_(format),
      params_(ledger.param_names()),
      metrics_(ledger.metric_names()),
      total_(ledger.counts().total) {}

void Export::head(std::string& text) {
  switch (format_) {
    case ExportFormat::csv:
      text += detail::csv_head(*ledger_, params_, metrics_);
      break;
    case ExportFormat::json:
      text += "{\"summary\":" + detail::dump(best_report(*ledger_)) + ",\n\"trials\":[";
      break;
    case ExportFormat::optuna:
      text += detail::optuna_head(ledger_->options(), name_);
      break;
  }
}

void Export::trial(std::string& text, const LedgerTrial& trial) {
  switch (format_) {
    case ExportFormat::csv:
      text += detail::csv_row(*ledger_, trial, params_, metrics_);
      break;
    case ExportFormat::json:
      text += trial.number == 1 ? "\n" : ",\n";
      text += detail::dump(show_report(*ledger_, trial));
      break;
    case ExportFormat::optuna:
      text += detail::optuna_trial(*ledger_, space_, trial);
      break;
  }
}

bool Export::next(std::string& text) {
  if (done_ < 0) {
    head(text);
    done_ = 0;
    return true;
  }
  if (done_ > total_) {
    return false;
  }
  const std::int64_t until = std::min(total_, done_ + kTrialsAtOnce);
  while (done_ < until) {
    trial(text, *ledger_->find(++done_));
  }
  if (done_ == total_) {
    if (format_ == ExportFormat::json) {
      text += "\n]}\n";
    }
    ++done_;
  }
  return true;
}

std::string export_all(const Ledger& ledger, const SearchSpace& space, std::string name,
                       ExportFormat format) {
  Export pieces(ledger, space, std::move(name), format);
  std::string text;
  while (pieces.next(text)) {
  }
  return text;
}

}  // namespace evolt
