#include "estimators/catalogue.hpp"

#include "core/config_error.hpp"
#include "estimators/asha.hpp"
#include "estimators/combined_rules.hpp"
#include "estimators/median_rule.hpp"
#include "estimators/paced_halving.hpp"
#include "estimators/pasha.hpp"
#include "estimators/patience.hpp"
#include "estimators/power_law.hpp"
#include "estimators/rule_options.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <span>
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

/// What can be taken up again may be judged early; what cannot is given twice the time, and two
/// steps at least, because one report may be all that a trainer has to say; and eta is smaller,
/// because nothing is corrected. docs/stopping.md has the measurements.
Estimator paced_halving(const RuleSettings&, const EstimatorOptions& options) {
  const std::int64_t fiftieth = (options.steps + 25) / 50;
  PacedHalvingOptions halving{
      .window = window(options, options.parks ? std::max<std::int64_t>(fiftieth, 1)
                                              : std::max<std::int64_t>(2 * fiftieth, 2)),
      .parks = options.parks,
      .cost = options.cost,
      .until_target = options.until_target};
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

/// Whether the rule is to park trials, as Li et al. 2020 do. Errors: ConfigError where none can go
/// on later.
bool promotes(const RuleSettings& rule, const EstimatorOptions& options) {
  const bool wanted = option_flag(rule, "promote");
  if (wanted && !options.parks) {
    throw ConfigError(Complaint{
        .what = "the stopping rule " + rule.name +
                " cannot promote trials: an attempt that has ended cannot go on later",
        .key = "stopper.kind",
        .found = "promote = true",
        .allowed = "false; or trial.rerun or trial.checkpoint, with stopper.park, which is true by "
                   "default"});
  }
  return wanted;
}

/// Successive halving over a score. Where hyperparameters change what training losses mean, those
/// say nothing about which trial is better.
Estimator halving(const RuleSettings& rule, const EstimatorOptions& options, Score score,
                  Window window) {
  AshaOptions asha{.window = window,
                   .eta = option_number(rule, "eta", 3),
                   .score = score,
                   .name = rule.name,
                   .note = {},
                   .promotes = promotes(rule, options)};
  if (options.loss_changes && of_loss(score)) {
    asha.score = kBest;
    asha.note =
        " by best value so far, because hyperparameters change what the training loss means";
  }
  return Asha(std::move(asha));
}

Estimator asha(const RuleSettings& rule, const EstimatorOptions& options) {
  return halving(rule, options, option_score(rule, kBest), twenty_seventh(options));
}

Estimator best(const RuleSettings& rule, const EstimatorOptions& options) {
  return halving(rule, options, kBest, twenty_seventh(options));
}

Estimator tse(const RuleSettings& rule, const EstimatorOptions& options) {
  return halving(rule, options, {Score::Kind::tse, 0}, twenty_seventh(options));
}

Estimator tse_e(const RuleSettings& rule, const EstimatorOptions& options) {
  return halving(rule, options, {Score::Kind::tse_e, option_number(rule, "losses", 1)},
                 twenty_seventh(options));
}

/// Ru et al. 2021 found 0.9 to 0.999 alike over hundreds of epochs; over tens, 0.99 is the sum.
Estimator tse_ema(const RuleSettings& rule, const EstimatorOptions& options) {
  return halving(rule, options, {Score::Kind::tse_ema, option_number(rule, "gamma", 0.9)},
                 twenty_seventh(options));
}

/// A slope needs six reports, but a rung in the second half of a trial saves little.
Estimator lcga(const RuleSettings& rule, const EstimatorOptions& options) {
  const std::int64_t six = std::max<std::int64_t>(options.steps / 27, 6);
  const std::int64_t half = std::max<std::int64_t>(options.steps / 2, 1);
  return halving(rule, options, {Score::Kind::slope, 0}, window(options, std::min(six, half)));
}

Estimator median(const RuleSettings& rule, const EstimatorOptions& options) {
  MedianRuleOptions median{.window = tenth(options)};
  median.quantile = option_number(rule, "quantile", median.quantile);
  median.min_peers = static_cast<std::size_t>(option_count(rule, "min_peers", 5));
  median.reports = static_cast<std::size_t>(option_count(rule, "reports", 1));
  return MedianRule(std::move(median));
}

Estimator pasha(const RuleSettings& rule, const EstimatorOptions& options) {
  return Pasha({.window = twenty_seventh(options),
                .eta = option_number(rule, "eta", 3),
                .promotes = promotes(rule, options)});
}

Estimator power_law(const RuleSettings& rule, const EstimatorOptions& options) {
  PowerLawOptions law{.window = tenth(options)};
  law.top = option_number(rule, "top", law.top);
  law.chance = option_number(rule, "chance", law.chance);
  law.min_peers = static_cast<std::size_t>(option_count(rule, "min_peers", 5));
  return PowerLaw(law);
}

/// A fifth of the length without improvement, at least five steps.
Estimator patience(const RuleSettings& rule, const EstimatorOptions& options) {
  const std::int64_t usual = options.steps == 0 ? 10 : std::max<std::int64_t>(options.steps / 5, 5);
  return Patience({.window = tenth(options),
                   .steps = option_count(rule, "steps", usual),
                   .delta = option_number(rule, "delta", 0)});
}

Estimator none(const RuleSettings&, const EstimatorOptions& options) {
  static_cast<void>(tenth(options));  // the same complaints, whatever the rule
  return NoRule();
}

std::vector<Estimator> parts(const RuleSettings& rule, const EstimatorOptions& options) {
  std::vector<Estimator> made;
  made.reserve(rule.rules.size());
  for (const RuleSettings& part : rule.rules) {
    made.push_back(make_estimator(part, options));
  }
  return made;
}

Estimator any_of(const RuleSettings& rule, const EstimatorOptions& options) {
  return AnyOf(parts(rule, options));
}

Estimator all_of(const RuleSettings& rule, const EstimatorOptions& options) {
  return AllOf(parts(rule, options));
}

Estimator after_steps(const RuleSettings& rule, const EstimatorOptions& options) {
  return AfterSteps(option_count(rule, "steps", 1), make_estimator(rule.rules[0], options));
}

Estimator switch_at(const RuleSettings& rule, const EstimatorOptions& options) {
  return SwitchAt(option_count(rule, "step", 1), make_estimator(rule.rules[0], options),
                  make_estimator(rule.rules[1], options));
}

constexpr RuleOption kEta{"eta", OptionKind::factor};
constexpr RuleOption kMinPeers{"min_peers", OptionKind::count};
constexpr RuleOption kPromote{"promote", OptionKind::flag};
constexpr RuleOption kAshaOptions[] = {kEta, kPromote, {"score", OptionKind::score}};
constexpr RuleOption kHalvingOptions[] = {kEta, kPromote};
constexpr RuleOption kTseEOptions[] = {kEta, kPromote, {"losses", OptionKind::count}};
constexpr RuleOption kTseEmaOptions[] = {kEta, kPromote, {"gamma", OptionKind::share}};
constexpr RuleOption kMedianOptions[] = {
    {"quantile", OptionKind::share}, kMinPeers, {"reports", OptionKind::count}};
constexpr RuleOption kPowerLawOptions[] = {
    {"top", OptionKind::share}, {"chance", OptionKind::share}, kMinPeers};
constexpr RuleOption kPatienceOptions[] = {{"steps", OptionKind::count},
                                           {"delta", OptionKind::amount}};
constexpr RuleOption kAfterStepsOptions[] = {{"steps", OptionKind::count, true}};
constexpr RuleOption kSwitchAtOptions[] = {{"step", OptionKind::count, true}};

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct Rule {
  std::string_view name;
  Estimator (*make)(const RuleSettings&, const EstimatorOptions&);
  std::span<const RuleOption> options = {};
  std::size_t least_parts = 0;
  std::size_t most_parts = 0;
};

constexpr Rule kRules[] = {
    {"default", paced_halving},
    {"asha", asha, kAshaOptions},
    {"best", best, kHalvingOptions},
    {"tse", tse, kHalvingOptions},
    {"tse_e", tse_e, kTseEOptions},
    {"tse_ema", tse_ema, kTseEmaOptions},
    {"lcga", lcga, kHalvingOptions},
    {"pasha", pasha, kHalvingOptions},
    {"median", median, kMedianOptions},
    {"power_law", power_law, kPowerLawOptions},
    {"patience", patience, kPatienceOptions},
    {"none", none},
    {"any_of", any_of, {}, 1, kAnyNumber},
    {"all_of", all_of, {}, 1, kAnyNumber},
    {"after_steps", after_steps, kAfterStepsOptions, 1, 1},
    {"switch_at", switch_at, kSwitchAtOptions, 2, 2},
};

std::vector<std::string> names(bool combined) {
  std::vector<std::string> all;
  for (const Rule& rule : kRules) {
    if ((rule.most_parts > 0) == combined) {
      all.emplace_back(rule.name);
    }
  }
  return all;
}

const Rule* rule_named(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kRules), std::end(kRules),
                                         [&](const Rule& rule) { return rule.name == name; });
  return found == std::end(kRules) ? nullptr : found;
}

void refuse(const std::optional<Complaint>& complaint) {
  if (complaint) {
    throw ConfigError(*complaint);
  }
}

}  // namespace

std::vector<std::string> estimator_names() {
  return names(false);
}

std::vector<std::string> combined_rule_names() {
  return names(true);
}

std::optional<Complaint> wrong_option(const std::string& rule, const std::string& option,
                                      const RuleOptionValue& value) {
  const Rule* const known = rule_named(rule);
  assert(known != nullptr);
  return wrong_option(rule, known->options, option, value);
}

std::optional<Complaint> wrong_parts(const RuleSettings& rule) {
  const Rule* const known = rule_named(rule.name);
  assert(known != nullptr);
  for (const RuleOption& option : known->options) {
    const std::string name(option.name);
    if (option.needed && !rule.options.contains(name)) {
      return Complaint{.what = "the stopping rule " + rule.name + " needs the option " + name,
                       .key = "stopper.kind"};
    }
  }
  const std::size_t parts = rule.rules.size();
  if (parts >= known->least_parts && parts <= known->most_parts) {
    return std::nullopt;
  }
  return Complaint{.what = known->most_parts == 0
                               ? "the stopping rule " + rule.name + " is not made of others"
                               : "the number of rules that " + rule.name + " is made of is wrong",
                   .key = "stopper.kind",
                   .found = absl::StrCat(parts),
                   .allowed = known->most_parts == kAnyNumber
                                  ? absl::StrCat(known->least_parts, " or more")
                                  : absl::StrCat(known->most_parts)};
}

bool ranks_by_several(const RuleSettings& rule) {
  constexpr std::string_view kRank[] = {"default", "asha", "best", "pasha", "none"};
  constexpr std::string_view kAmongOthers[] = {"any_of", "all_of", "after_steps", "switch_at"};
  const auto among = [&](auto& names) {
    return std::find(std::begin(names), std::end(names), rule.name) != std::end(names);
  };
  if (among(kAmongOthers)) {
    return std::all_of(rule.rules.begin(), rule.rules.end(), ranks_by_several);
  }
  return among(kRank) && !rule.options.contains("score");
}

Estimator make_estimator(const RuleSettings& rule, const EstimatorOptions& options) {
  const Rule* const known = rule_named(rule.name);
  if (known == nullptr) {
    const std::vector<std::string> all = estimator_names();
    throw ConfigError(Complaint{.what = "unknown stopping rule",
                                .key = "stopper.kind",
                                .found = '"' + rule.name + '"',
                                .allowed = absl::StrJoin(all, ", "),
                                .nearest = nearest_word(rule.name, all)});
  }
  for (const auto& [option, value] : rule.options) {
    refuse(wrong_option(rule.name, known->options, option, value));
  }
  refuse(wrong_parts(rule));
  return known->make(rule, options);
}

}  // namespace evolt
