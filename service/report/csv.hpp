#pragma once

#include "service/report/ledger.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evolt::detail {

/// Text as a CSV cell: quoted where RFC 4180 asks for it. What a spreadsheet would take for a
/// formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) is led by an apostrophe.
std::string csv_text(std::string_view text);

/// A number as a CSV cell: shortest text that reads back the same, `nan`, `inf`, `-inf`.
std::string csv_number(double value);

std::string csv_head(const Ledger& ledger, const std::vector<std::string>& params,
                     const std::vector<std::string>& metrics);
std::string csv_row(const Ledger& ledger, const LedgerTrial& trial,
                    const std::vector<std::string>& params,
                    const std::vector<std::string>& metrics);

}  // namespace evolt::detail
