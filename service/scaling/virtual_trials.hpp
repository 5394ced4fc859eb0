#pragma once

#include "core/trial.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "service/study.hpp"

#include <cstdint>
#include <string>

namespace evolt {

/// The function that simulated trials evaluate, over ten parameters.
enum class Landscape { sphere, rastrigin };

/// Trials without a trainer: a real function, and a log-normal time that depends on nothing but the
/// seed and the trial's id.
class VirtualTrials {
 public:
  /// Requires: mean > 0. `sigma`: of the logarithm; 0: all last `mean`.
  VirtualTrials(Landscape landscape, Seconds mean, double sigma, std::uint64_t seed)
      : landscape_(landscape), mean_(mean), sigma_(sigma), seed_(seed) {}

  Seconds duration(const TrialId& trial) const;

  /// To be minimised; 0 at best, which lies away from the middle of the space.
  double value(const Params& params) const;

 private:
  Landscape landscape_;
  Seconds mean_;
  double sigma_;
  std::uint64_t seed_;
};

/// A study of such trials, with the study file's defaults but for what is given.
struct VirtualStudy {
  std::int64_t trials = 100;
  std::int32_t islands = 1;
  std::string propagator = "default";
  std::string learn_from = "all";
  std::uint64_t seed = 0;
};
Study make_study(const VirtualStudy& what);

}  // namespace evolt
