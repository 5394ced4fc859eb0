#pragma once

#include <optional>
#include <string>

namespace evolt {

/// What an estimator says of a running trial.
struct Verdict {
  enum class Decision {
    proceed,
    stop,
    park,   ///< end for now, saving what it needs to go on later
    later,  ///< whoever judges needs time; never an estimator's answer
  };

  Decision decision = Decision::proceed;
  std::string reason;              ///< for a person; empty when there is nothing to say
  std::optional<double> forecast;  ///< of the judged metric at full fidelity, in the user's sign
  std::optional<double> spread;    ///< standard deviation of the forecast; with a forecast only

  /// The attempt ends here, whether or not the trial may go on.
  bool stops() const { return decision == Decision::stop || parks(); }
  bool parks() const { return decision == Decision::park; }

  bool comes_later() const { return decision == Decision::later; }

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace evolt
