#include "estimators/catalogue.hpp"

#include "core/config_error.hpp"
#include "estimators/asha.hpp"
#include "estimators/median_rule.hpp"
#include "estimators/paced_halving.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <utility>

namespace evolt {
namespace {

/// Where nothing is known of a trial's length, three steps are the least that show a direction.
constexpr std::int64_t kFirstStep = 3;

/// Lets every trial run to its end.
class NoRule {
 public:
  std::string_view name() const { return "none"; }
  Verdict judge(const Curve&, const History&) const { return {}; }
};

/// The study's own first step, else a share of the full length.
Window window(const EstimatorOptions& options, std::int64_t usual) {
  if (options.steps < 0) {
    throw ConfigError(Complaint{.what = "the number of steps is negative",
                                .key = "trial.steps",
                                .found = absl::StrCat(options.steps)});
  }
  if (options.min_steps && *options.min_steps < 1) {
    throw ConfigError(Complaint{.what = "a trial cannot be stopped before its first step",
                                .key = "stopper.min_steps",
                                .found = absl::StrCat(*options.min_steps),
                                .allowed = "1 or more"});
  }
  if (options.min_steps && options.steps > 0 && *options.min_steps > options.steps) {
    throw ConfigError(Complaint{.what = "no trial is ever this long",
                                .key = "stopper.min_steps",
                                .found = absl::StrCat(*options.min_steps),
                                .allowed = absl::StrCat("1 to trial.steps = ", options.steps)});
  }
  return {.steps = options.steps,
          .min_steps = options.min_steps.value_or(options.steps == 0 ? kFirstStep : usual)};
}

/// The median rule waits for a tenth of the length.
Window tenth(const EstimatorOptions& options) {
  return window(options, (options.steps - 1) / 10 + 1);
}

/// ASHA's first rung leaves room for three more below the full length.
Window twenty_seventh(const EstimatorOptions& options) {
  return window(options, std::max<std::int64_t>(options.steps / 27, 1));
}

/// What can be taken up again may be judged early; what cannot is given twice the time, and eta is
/// smaller, because nothing is corrected. docs/stopping.md has the measurements.
Estimator paced_halving(const EstimatorOptions& options) {
  const std::int64_t fiftieth = (options.steps + 25) / 50;
  PacedHalvingOptions halving{
      .window = window(options, std::max<std::int64_t>(options.parks ? fiftieth : 2 * fiftieth, 1)),
      .parks = options.parks};
  if (!options.parks) {
    halving.first_eta = 2.5;
    halving.eta = 2.5;
    halving.finalists = 4;
  }
  if (options.loss_changes) {
    std::erase_if(halving.scores, of_loss);
  }
  return PacedHalving(std::move(halving));
}

using Make = Estimator (*)(const EstimatorOptions&);

constexpr std::pair<std::string_view, Make> kRules[] = {
    {"default", paced_halving},
    {"asha",
     [](const EstimatorOptions& options) -> Estimator {
       return Asha({.window = twenty_seventh(options)});
     }},
    {"median",
     [](const EstimatorOptions& options) -> Estimator {
       return MedianRule({.window = tenth(options)});
     }},
    {"none",
     [](const EstimatorOptions& options) -> Estimator {
       static_cast<void>(tenth(options));  // the same complaints, whatever the rule
       return NoRule();
     }},
};

}  // namespace

std::vector<std::string> estimator_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : kRules) {
    names.emplace_back(name);
  }
  return names;
}

Estimator make_estimator(std::string_view name, const EstimatorOptions& options) {
  for (const auto& [known, make] : kRules) {
    if (known == name) {
      return make(options);
    }
  }
  const std::vector<std::string> names = estimator_names();
  throw ConfigError(Complaint{.what = "unknown stopping rule",
                              .key = "stopper.kind",
                              .found = '"' + std::string(name) + '"',
                              .allowed = absl::StrJoin(names, ", "),
                              .nearest = nearest_word(name, names)});
}

}  // namespace evolt
