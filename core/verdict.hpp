#pragma once

#include <optional>
#include <string>

namespace evolt {

/// What an estimator says of a running trial.
struct Verdict {
  enum class Decision { proceed, stop };

  Decision decision = Decision::proceed;
  std::string reason;              ///< for a person; empty when there is nothing to say
  std::optional<double> forecast;  ///< of the judged metric at full fidelity, in the user's sign

  bool stops() const { return decision == Decision::stop; }

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace evolt
