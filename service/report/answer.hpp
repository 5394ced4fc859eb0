#pragma once

#include "core/search_space.hpp"
#include "service/report/ledger.hpp"

#include <absl/status/status.h>

#include <functional>
#include <string>
#include <string_view>

namespace evolt {

/// Text in pieces: appends the next one; false when there is none left. A piece takes under a
/// millisecond to make.
using TextSource = std::function<bool(std::string& text)>;

/// One piece.
TextSource in_one_piece(std::string text);

/// What an answer may need of its study.
struct AnswerStudy {
  std::string name;
  SearchSpace space;
  std::string directory;  ///< where its trials' logs are looked for; empty: nowhere
};

/// Answers one request of a reading command, the same whether the study runs (its socket asks) or
/// not. One JSON object in, one line with a JSON object out:
/// `{"best":true}` or `{"best":{"within":"1%"}}` -> `{"best":{...}}`; `{"show":17}` or
/// `{"show":"1.0.17"}` -> `{"show":{...}}`;
/// `{"export":"csv"}` -> `{"export":"the text"}`; anything else -> `{"error":"...","code":"..."}`.
/// Requires: `ledger` outlives the source.
TextSource answer(const Ledger& ledger, const AnswerStudy& study, std::string_view request);

/// The reply line for an error. Shape: ends with a newline.
std::string error_line(const absl::Status& status);

}  // namespace evolt
