#pragma once

#include "core/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evolt {

/// What one propagator has proposed, and what that brought.
struct OperatorRecord {
  std::string propagator;  ///< as lineages name it: `parzen`, `start`, `sample`, ...
  std::int64_t proposed = 0;
  std::int64_t finished = 0;
  std::int64_t stopped = 0;
  std::int64_t failed = 0;    ///< infeasible ones too
  std::int64_t improved = 0;  ///< results that were the best so far, or entered the front
  std::int64_t last = 0;      ///< number of the trial that improved last; 0: none did
};

/// Who proposed what, kept up to date. Cost: a look-up for each event.
class OperatorBook {
 public:
  void propose(std::string_view propagator);
  void end(std::string_view propagator, Ending ending);
  void improve(std::string_view propagator, std::int64_t trial);

  /// Most proposals first, then by name.
  std::vector<OperatorRecord> records() const;

 private:
  OperatorRecord& of(std::string_view propagator);

  std::vector<OperatorRecord> records_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace evolt
