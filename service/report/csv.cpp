#include "service/report/csv.hpp"

#include "core/words.hpp"
#include "service/report/report.hpp"

#include <charconv>

namespace evolt::detail {
namespace {

std::string csv_value(const Value& value) {
  return std::holds_alternative<std::string>(value) ? csv_text(std::get<std::string>(value))
                                                    : to_text(value);
}

std::string why(const LedgerTrial& trial) {
  if (!trial.result) {
    return "";
  }
  const bool stopped = trial.result->outcome.ending == Ending::stopped;
  return stopped && trial.stop ? trial.stop->reason : trial.result->outcome.reason;
}

std::string parents(const Ledger& ledger, const LedgerTrial& trial) {
  std::string text;
  for (const TrialId& id : trial.lineage.parents) {
    const LedgerTrial* const parent = ledger.find(id);
    text += text.empty() ? "" : " ";
    text += parent == nullptr ? to_string(id) : std::to_string(parent->number);
  }
  return text;
}

}  // namespace

std::string csv_text(std::string_view text) {
  static constexpr std::string_view kFormula = "=+-@\t\r";
  std::string cell;
  if (!text.empty() && kFormula.find(text.front()) != std::string_view::npos) {
    cell += '\'';
  }
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos && (cell.empty() || cell.front() != ' ') &&
      (cell.empty() || cell.back() != ' ')) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted += c;
    if (c == '"') {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string csv_number(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? std::string(buffer, end) : std::string();
}

std::string csv_head(const Ledger& ledger, const std::vector<std::string>& params,
                     const std::vector<std::string>& metrics) {
  std::string line = "trial,id,state,island";
  for (const std::string& name : ledger.options().names) {
    line += ',' + csv_text("score." + name);
  }
  for (const std::string& name : params) {
    line += ',' + csv_text("param." + name);
  }
  for (const std::string& name : metrics) {
    line += ',' + csv_text("metric." + name);
  }
  return line +
         ",violation,steps,attempts,seconds,startup_seconds,cpu_seconds,joules,propagator,parents,"
         "why\n";
}

std::string csv_row(const Ledger& ledger, const LedgerTrial& trial,
                    const std::vector<std::string>& params,
                    const std::vector<std::string>& metrics) {
  std::string line = std::to_string(trial.number) + ',' + to_string(trial.id) + ',';
  line += std::string(state_of(trial)) + ',' + std::to_string(index(trial.island));
  for (std::size_t i = 0; i < ledger.options().names.size(); ++i) {
    line += ',';
    if (trial.result && i < trial.result->scores.size()) {
      line += csv_number(ledger.in_users_sign(i, trial.result->scores[i]));
    }
  }
  const Params active = ledger.params(trial);
  for (const std::string& name : params) {
    const Value* const value = find(active, name);
    line += ',' + (value == nullptr ? std::string() : csv_value(*value));
  }
  for (const std::string& name : metrics) {
    const auto value = trial.result ? find(trial.result->outcome.metrics, name) : std::nullopt;
    line += ',' + (value ? csv_number(*value) : std::string());
  }
  std::int64_t steps = 0;
  for (const LedgerAttempt& attempt : trial.attempts) {
    steps += attempt.spent;
  }
  const Usage used = Ledger::used(trial).value_or(Usage{});
  line += ',';
  line += trial.result && !trial.result->scores.empty() ? csv_number(trial.result->violation) : "";
  line += ',' + std::to_string(steps) + ',' + std::to_string(trial.attempts.size()) + ',' +
          csv_number(used.wall.value) + ',' +
          (used.startup ? csv_number(used.startup->value) : "") + ',' +
          (used.cpu ? csv_number(used.cpu->value) : "") + ',' +
          (used.energy ? csv_number(used.energy->joules.value) : "") + ',' +
          csv_text(trial.lineage.propagator) + ',' + csv_text(parents(ledger, trial)) + ',' +
          csv_text(why(trial)) + "\n";
  return line;
}

}  // namespace evolt::detail
