#pragma once

#include "service/report/doubts.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/ledger.hpp"

namespace evolt::detail {

/// `[[lower, upper], ...]` of a trial's scores in the user's sign; null: not known.
Json bounds_json(const Ledger& ledger, const BoundedScores& scores);

/// `[{trial, probability}]`.
Json rivals_json(const std::vector<Rival>& rivals);

/// `contenders` of a best_report.
Json contenders_json(const Ledger& ledger, const Doubts& doubts);

/// `ranking` of a best_report: what joules the best and the front are of, and what is left out.
Json ranking_json(const Ledger& ledger);

}  // namespace evolt::detail
