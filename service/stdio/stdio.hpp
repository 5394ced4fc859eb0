#pragma once

#include "service/search/ask_tell.hpp"
#include "service/study.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evolt {

/// Ask/tell as JSON lines, so that any language can drive the search. The protocol: docs/stdio.md.
class StdioSession {
 public:
  /// `prior`, `suggester`: as for AskTell.
  explicit StdioSession(const Study& study, std::vector<Params> prior = {},
                        Suggester* suggester = nullptr)
      : search_(study, std::move(prior), suggester) {}

  /// The reply to one request line, without its newline. A request that cannot be understood or
  /// done is answered with `{"error":"..."}` and changes nothing.
  std::string reply(std::string_view line);

 private:
  AskTell search_;
};

/// Answers every line of `in` on `out`, until `in` ends. Blank lines are passed over.
void run_stdio(const Study& study, std::vector<Params> prior, Suggester* suggester,
               std::istream& in, std::ostream& out);

}  // namespace evolt
