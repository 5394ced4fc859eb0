#include "service/report/answer.hpp"

#include "service/report/export.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/report.hpp"
#include "service/report/within.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace evolt {
namespace {

using detail::Json;

TextSource refuse(const absl::Status& status) {
  return in_one_piece(error_line(status));
}

TextSource reply(const char* name, Json body) {
  const Json whole = {{name, std::move(body)}};
  return in_one_piece(detail::dump(whole) + '\n');
}

/// Names the log of each attempt that left one (docs/trials.md).
void add_logs(Json& report, const std::string& directory) {
  std::string last;
  for (Json& attempt : report["attempts"]) {
    const std::string log = directory + "/trials/" + report["id"].get<std::string>() + "/attempt-" +
                            attempt["attempt"].dump() + "/log";
    std::error_code error;
    if (std::filesystem::exists(log, error)) {
      attempt["log"] = log;
      last = log;
    }
  }
  if (!last.empty()) {
    report["log"] = last;
  }
}

/// `which` is true, or `{"within": MARGIN}`.
TextSource best(const Ledger& ledger, const Json& which) {
  Json report = best_report(ledger);
  if (which.is_object()) {
    const auto text = which.find("within");
    if (which.size() != 1 || text == which.end() || !text->is_string()) {
      return refuse(absl::InvalidArgumentError("best takes true or {\"within\":\"1%\"}"));
    }
    const auto margin = parse_margin(text->get_ref<const std::string&>());
    if (!margin.ok()) {
      return refuse(margin.status());
    }
    auto within = within_report(ledger, *margin);
    if (!within.ok()) {
      return refuse(within.status());
    }
    report["within"] = *std::move(within);
  }
  return reply("best", std::move(report));
}

TextSource show(const Ledger& ledger, const AnswerStudy& study, const Json& which) {
  const std::string text = which.is_string() ? which.get<std::string>() : which.dump();
  const absl::StatusOr<const LedgerTrial*> trial = find_trial(ledger, text);
  if (!trial.ok()) {
    return refuse(trial.status());
  }
  Json report = show_report(ledger, **trial);
  if (!study.directory.empty()) {
    add_logs(report, study.directory);
  }
  return reply("show", std::move(report));
}

/// One JSON string made of pieces: each piece is escaped on its own, which is the same as the
/// whole, because no piece ends inside a character.
TextSource exported(const Ledger& ledger, const AnswerStudy& study, ExportFormat format) {
  enum class Part { open, body, done };
  return [pieces = Export(ledger, study.space, study.name, format),
          part = Part::open](std::string& text) mutable {
    if (part == Part::done) {
      return false;
    }
    if (part == Part::open) {
      text += R"({"export":")";
      part = Part::body;
      return true;
    }
    std::string piece;
    if (!pieces.next(piece)) {
      text += "\"}\n";
      part = Part::done;
      return true;
    }
    const std::string quoted = detail::dump(piece);
    text.append(quoted, 1, quoted.size() - 2);
    return true;
  };
}

}  // namespace

TextSource in_one_piece(std::string text) {
  return [text = std::move(text), done = false](std::string& into) mutable {
    if (std::exchange(done, true)) {
      return false;
    }
    into += text;
    return true;
  };
}

std::string error_line(const absl::Status& status) {
  const Json json = {{"error", std::string(status.message())},
                     {"code", absl::StatusCodeToString(status.code())}};
  return detail::dump(json) + '\n';
}

TextSource answer(const Ledger& ledger, const AnswerStudy& study, std::string_view request) {
  const Json json = Json::parse(request, nullptr, false);
  if (!json.is_object() || json.size() != 1) {
    return refuse(absl::InvalidArgumentError(
        "a request is one JSON object with one of the keys best, show, export"));
  }
  const std::string& what = json.begin().key();
  const Json& which = json.begin().value();
  if (what == "best") {
    return best(ledger, which);
  }
  if (what == "show") {
    return show(ledger, study, which);
  }
  if (what == "export") {
    const auto format =
        which.is_string() ? export_format(which.get_ref<const std::string&>()) : std::nullopt;
    if (!format) {
      return refuse(absl::InvalidArgumentError("cannot export as " + detail::dump(which) +
                                               "; allowed: csv, json, optuna"));
    }
    return exported(ledger, study, *format);
  }
  return refuse(
      absl::InvalidArgumentError("unknown request \"" + what + "\"; allowed: best, show, export"));
}

}  // namespace evolt
