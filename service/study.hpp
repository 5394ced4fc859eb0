#pragma once

#include "core/energy_reading.hpp"
#include "core/search_space.hpp"
#include "core/trial.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "estimators/efficiency.hpp"
#include "estimators/measured_value.hpp"
#include "estimators/rule_settings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {

/// A study as its file describes it, every default filled in. One struct per table of the file; the
/// member names are the file's keys. See docs/study-file.md.

struct BudgetSettings {
  std::int64_t trials = 100;       ///< total of the study, however often it is restarted
  std::optional<Seconds> seconds;  ///< of running time, over all starts
  /// Of all attempts, as the sensors count it; the smallest of the three holds. gco2e: grams of CO2
  /// equivalent, of the facility (EnergySettings::pue) and of its electricity (::carbon).
  std::optional<Joules> joules;
  std::optional<double> kwh;
  std::optional<double> gco2e;
  /// The least that the best score must improve by for each joule, over the last `gain_over` trials
  /// that ended.
  std::optional<double> gain_per_joule;
  std::int64_t gain_over = 20;

  /// Whether it counts joules.
  bool counts_energy() const { return joules || kwh || gco2e || gain_per_joule; }

  friend bool operator==(const BudgetSettings&, const BudgetSettings&) = default;
};

/// How a trainer's numbers are read. Exactly one.
struct CaptureJson {
  friend bool operator==(const CaptureJson&, const CaptureJson&) = default;
};
struct CaptureRegex {
  std::string pattern;  ///< RE2 with named groups; each group is a metric, `step` is the step

  friend bool operator==(const CaptureRegex&, const CaptureRegex&) = default;
};
struct CaptureFile {
  std::string path;  ///< JSON or CSV, relative to the trial's working directory, read at its end

  friend bool operator==(const CaptureFile&, const CaptureFile&) = default;
};
using Capture = std::variant<CaptureJson, CaptureRegex, CaptureFile>;

struct LimitSettings {
  std::optional<std::int64_t> memory;  ///< bytes, of the whole process tree
  std::optional<Seconds> wall;         ///< of one attempt
  std::optional<Seconds> no_progress;  ///< without a report
  std::optional<Joules> joules;        ///< of one trial
  Seconds grace{20};                   ///< between TERM and KILL
  std::int32_t attempts = 3;           ///< of one trial, when attempts are lost

  friend bool operator==(const LimitSettings&, const LimitSettings&) = default;
};

/// Whether the small files of ended trials go into one file. See docs/storage.md.
enum class PackFiles {
  automatic,  ///< where the study's directory is on a network file system
  always,
  never,
};

struct TrialSettings {
  StartMode mode = StartMode::process;
  std::vector<std::string> command;  ///< argv, never a shell; `{name}` and `{params}` are replaced
  std::int64_t steps = 0;            ///< full length; 0: the trainer knows
  std::string fidelity = "step";
  Capture capture = CaptureJson{};
  std::optional<int> infeasible_exit;
  bool checkpoint = false;
  bool rerun = false;    ///< attempts have goals; a trial is run again with the next one
  bool inherit = false;  ///< a child starts from its parent's checkpoint
  std::vector<std::string>
      env;                 ///< NAME=VALUE is set; NAME is handed on even if it would be left out
  std::int32_t cores = 1;  ///< for each rank of a trial
  double gpus = 0;         ///< for each rank of a trial; below 1: that many share one
  std::int32_t ranks_per_trial = 1;
  PackFiles pack_files = PackFiles::automatic;
  LimitSettings limits;

  friend bool operator==(const TrialSettings&, const TrialSettings&) = default;
};

enum class ObjectiveKind { metric, pareto, per_joule, zeus_cost, joules_to_target };

struct ObjectiveSettings {
  ObjectiveKind kind = ObjectiveKind::metric;
  std::vector<std::string> maximize;
  std::vector<std::string> minimize;
  std::map<std::string, Requirement> require;  ///< by metric name; Requirement::param repeats it

  EfficiencyForm form = EfficiencyForm::ratio;  ///< of per_joule, as are those below
  std::string cost = "joules";                  ///< or another metric
  double chance = 0;                            ///< the metric of a model that knows nothing
  double exponent = 2;                          ///< how much more the metric counts
  std::optional<double> floor;                  ///< worse misses a requirement
  std::optional<std::pair<double, double>> cost_range;  ///< what PePR scales to 0 .. 1
  std::optional<double> target;     ///< the metric of a perfect model; or where training may end
  double eta = 0.5;                 ///< of zeus_cost: 1 prices energy alone, 0 time alone
  std::optional<Watts> most_power;  ///< of zeus_cost: prices time

  std::optional<Lifetime> lifetime;  ///< what `lifetime_joules` counts

  /// Kinds that make one score of one metric and what it cost.
  bool combines() const { return kind != ObjectiveKind::metric && kind != ObjectiveKind::pareto; }

  /// What the scores are called, and how many of the first are better the larger.
  std::vector<std::string> score_names() const;
  std::size_t scores_maximized() const;

  /// All names in the order of their values: `maximize` first, then `minimize`.
  std::vector<std::string> names() const;
  bool maximizes(std::size_t i) const { return i < maximize.size(); }

  friend bool operator==(const ObjectiveSettings&, const ObjectiveSettings&) = default;
};

/// A program that judges trials. See docs/stopping.md.
struct RuleProgram {
  std::vector<std::string> command;  ///< argv, never a shell
  Seconds deadline{5};               ///< without a verdict; then StopperSettings::kind judges
  std::string name;                  ///< for reasons; empty: `rule`

  /// What reasons call it.
  std::string rule() const { return name.empty() ? "rule" : "rule:" + name; }

  friend bool operator==(const RuleProgram&, const RuleProgram&) = default;
};

struct StopperSettings {
  RuleSettings kind;   ///< where a program judges: its fallback
  std::string metric;  ///< empty: the first objective
  std::optional<std::int64_t> min_steps;
  double audit = 0.03;  ///< share of the doomed that runs on, to measure the rule's mistakes
  bool park = true;     ///< trials with checkpoints are parked where the rule can, not stopped
  std::vector<std::string> loss_changes_with;  ///< parameters that change what the loss means
  std::optional<RuleProgram> program;          ///< judges in the place of `kind`

  friend bool operator==(const StopperSettings&, const StopperSettings&) = default;
};

/// A program that proposes configurations. See docs/plugins.md.
struct PluginSettings {
  std::vector<std::string> command;  ///< argv, never a shell
  Seconds deadline{5};               ///< without an answer; then `fallback` breeds
  std::string fallback = "default";  ///< a propagator's name
  std::string name;                  ///< tells it from other plug-ins; empty: there is one

  /// What lineages call it.
  std::string propagator() const { return name.empty() ? "plugin" : "plugin:" + name; }

  friend bool operator==(const PluginSettings&, const PluginSettings&) = default;
};

/// What breeds: a propagator by its name, or a plug-in.
using PropagatorSettings = std::variant<std::string, PluginSettings>;

struct IslandKind {
  PropagatorSettings propagator = "default";
  double share = 1;  ///< of the islands, relative to the other kinds

  friend bool operator==(const IslandKind&, const IslandKind&) = default;
};

struct IslandSettings {
  std::int32_t count = 1;
  std::vector<std::int32_t> sizes;  ///< ranks of each island; empty: all alike
  std::int32_t population = 24;     ///< living individuals of each island
  std::string topology = "ring";    ///< one of the study file's words
  /// The user's own topology, in place of `topology` and `probability`: the probability of each
  /// link, by island from and to. Empty: there is none.
  std::vector<std::vector<double>> links;
  std::string mode = "pollinate";  ///< pollinate: copies move | migrate: individuals move
  double probability = 0.5;        ///< per link, each time its turn comes
  std::int32_t every_results = 5;  ///< of this island, between turns
  std::int32_t size = 1;           ///< individuals sent in a turn
  std::string emigrate = "best";   ///< best | random | diverse
  std::string replace = "worst";   ///< worst | random | similar
  bool self_tuning = false;        ///< every_results and size follow the island
  std::string learn_from = "all";  ///< all | island: whose results models are made of
  std::vector<IslandKind> kind;    ///< empty: all islands use [search]

  friend bool operator==(const IslandSettings&, const IslandSettings&) = default;
};

struct SearchSettings {
  PropagatorSettings propagator = "default";
  bool noise = false;                   ///< results are: leaders are evaluated again
  std::vector<std::string> warm_start;  ///< directories of other studies, from Study::directory
  std::string cost = "auto";            ///< auto | none | the minimized one of several objectives

  friend bool operator==(const SearchSettings&, const SearchSettings&) = default;
};

/// A number of the study file, or what a name there stands for.
struct NamedNumber {
  double value = 0;
  std::string name;  ///< empty: the user gave the number

  friend bool operator==(const NamedNumber&, const NamedNumber&) = default;
};

/// What a kWh costs.
struct Tariff {
  double price = 0;
  std::string currency;

  friend bool operator==(const Tariff&, const Tariff&) = default;
};

struct EnergySettings {
  bool measured = true;              ///< what the host can measure is measured
  std::vector<std::string> sensors;  ///< kinds that may measure; empty: all
  std::vector<std::string> scope;    ///< parts of the host that count; empty: all that is measured
  bool estimated = false;            ///< joules that nothing measured count too
  IdlePolicy idle = IdlePolicy::reserved;
  double cpu_ratio = 2;            ///< by which the watts of two trials' CPU-seconds differ at most
  std::optional<NamedNumber> pue;  ///< facility's energy to that of its computers; nullopt: unknown
  std::optional<NamedNumber> carbon;  ///< grams of CO2 equivalent for each kWh; nullopt: unknown
  std::optional<Tariff> tariff;

  friend bool operator==(const EnergySettings&, const EnergySettings&) = default;
};

struct Study {
  std::string name;
  std::uint64_t seed = 0;
  BudgetSettings budget;
  TrialSettings trial;
  ObjectiveSettings objective;
  StopperSettings stopper;
  IslandSettings islands;
  SearchSettings search;
  EnergySettings energy;
  SearchSpace space;
  std::vector<Params> start;  ///< known-good points, tried first
  std::string directory;      ///< where the study file lies: commands run from here

  friend bool operator==(const Study&, const Study&) = default;
};

/// Reads a study file: TOML, or JSON when the name ends in `.json`. Each of `overrides` is
/// `a.b=value` (the value in TOML syntax; a bare word is a string). Errors: ConfigError with file,
/// line and column; ConfigError when the file cannot be read.
Study read_study(const std::string& path, const std::vector<std::string>& overrides = {});

/// The same from text. `json` chooses the syntax; `file` is for messages and gives `directory`.
Study parse_study(std::string_view text, const std::string& file,
                  const std::vector<std::string>& overrides = {}, bool json = false);

/// The resolved study with every default written out: same schema, stored with the study and sent
/// to the other ranks. parse_study(study_to_json(s).dump(), ..., {}, true) gives `s` back; the
/// extra key `directory` is accepted there.
nlohmann::ordered_json study_to_json(const Study& study);

/// Why `next` cannot resume a study that was started as `stored`: the search space or the objective
/// differ. Empty when it can; otherwise a sentence naming what changed and both values.
std::string resume_conflict(const Study& stored, const Study& next);

}  // namespace evolt
