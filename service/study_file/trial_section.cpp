#include "estimators/measured_value.hpp"
#include "service/study_file/sections.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace evolt::detail {
namespace {

constexpr std::string_view kOwnVariables = "EVOLT_";
constexpr std::string_view kGoal = "goal";

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Everything between braces that could be a parameter's name: not `{"json": 1}`, not `{}`, and not
/// the `${NAME}` of a shell.
std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (close == std::string_view::npos || text[close] != '}') {
      continue;
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool of_shell = open > 0 && text[open - 1] == '$';
    if (!of_shell && !name.empty() && starts_word(name.front()) &&
        std::none_of(name.begin(), name.end(), [](char c) {
          return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == ',';
        })) {
      names.emplace_back(name);
    }
  }
  return names;
}

void check_placeholders(const Field& argument, const TrialSettings& trial,
                        const SearchSpace& space) {
  std::vector<std::string> known = {"params", std::string(kGoal)};
  for (const Parameter& parameter : space.parameters()) {
    known.push_back(parameter.name);
  }
  for (const std::string& name : placeholders(argument.text())) {
    if (name == "params" && argument.text() != "{params}" && trial.mode != StartMode::server) {
      argument.fail("{params} in " + argument.key() + " must be an argument of its own",
                    R"("{params}", which becomes --NAME=VALUE for each active parameter)");
    }
    const bool exists = std::find(known.begin(), known.end(), name) != known.end();
    if (trial.mode == StartMode::server) {
      if (exists) {
        argument.fail(absl::StrCat("{", name, "} in ", argument.key(),
                                   ": a server gets the parameters of each trial as a JSON line, "
                                   "not on its command line"));
      }
      continue;
    }
    if (name == kGoal && trial.steps == 0 && !space.index_of(kGoal)) {
      argument.fail("{goal} in " + argument.key() + ": the full length of a trial is not known",
                    "with trial.steps alone");
    }
    if (!exists) {
      argument.fail(absl::StrCat("{", name, "} in ", argument.key(), " is not a parameter"),
                    absl::StrCat("{", absl::StrJoin(known, "}, {"), "}"),
                    nearest_word(name, known));
    }
  }
}

std::vector<std::string> read_command(const Section& section, const TrialSettings& trial,
                                      const SearchSpace& space) {
  constexpr std::string_view kAllowed =
      R"(one text for each argument, for example ["python3", "train.py", "{params}"])";
  std::vector<std::string> command;
  const auto field = section.find("command");
  if (!field) {
    return command;  // whoever drives the search by ask and tell needs none
  }
  if (!field->is_array()) {
    field->fail(field->key() + " must be an array: the program runs without a shell",
                std::string(kAllowed));
  }
  for (const Field& argument : field->elements("texts")) {
    const auto* const empty = std::get_if<std::string>(&argument.node().value);
    if (!command.empty() && empty != nullptr && empty->empty()) {
      command.emplace_back();  // an empty argument is an argument
      continue;
    }
    command.push_back(argument.text());
    check_placeholders(argument, trial, space);
  }
  if (command.empty() && trial.mode != StartMode::inproc) {
    field->fail(field->key() + " must not be empty", std::string(kAllowed));
  }
  return command;
}

/// Named groups that become metrics; throws when the pattern is none.
std::vector<std::string> metric_groups(const Field& field) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern(field.text(), options);
  if (!pattern.ok()) {
    field.fail(field.key() + " does not compile: " + pattern.error(),
               "RE2 syntax with named groups (?P<name>...)");
  }
  std::vector<std::string> groups;
  for (const auto& [name, index] : pattern.NamedCapturingGroups()) {
    if (name != "step") {
      groups.push_back(name);
    }
  }
  if (groups.empty()) {
    field.fail(field.key() + " names no metric",
               "at least one named group besides step, for example (?P<val_accuracy>\\S+)");
  }
  return groups;
}

Capture read_capture(const Section& trial) {
  const auto field = trial.find("capture");
  if (!field) {
    return CaptureJson{};
  }
  constexpr std::string_view kAllowed =
      R"({ json = true }, { regex = "..." } or { file = "result.json" })";
  if (!field->is_table()) {
    field->fail(field->key() + " must be a table", std::string(kAllowed));
  }
  const Section capture(trial.document(), *field, keys_of("trial.capture"), "[trial.capture]");
  if (std::get<Node::Table>(field->node().value).size() != 1) {
    field->fail(field->key() + " must have exactly one key", std::string(kAllowed));
  }
  if (const auto regex = capture.find("regex")) {
    static_cast<void>(metric_groups(*regex));
    return CaptureRegex{regex->text()};
  }
  if (const auto path = capture.find("file")) {
    return CaptureFile{path->text()};
  }
  const auto json = capture.find("json");
  if (!json->flag()) {
    json->fail(json->key() + " can only be true", std::string(kAllowed));
  }
  return CaptureJson{};
}

std::vector<std::string> read_env(const Section& trial) {
  std::vector<std::string> env;
  std::set<std::string> names;
  const auto field = trial.find("env");
  if (!field) {
    return env;
  }
  for (const Field& each : field->elements("texts")) {
    const std::string text = each.text();
    const std::string name = text.substr(0, text.find('='));
    if (name.empty() || !starts_word(name.front()) ||
        !std::all_of(name.begin(), name.end(),
                     [](char c) { return starts_word(c) || (c >= '0' && c <= '9'); })) {
      each.fail(each.key() + " is not the name of an environment variable", "NAME or NAME=VALUE");
    }
    if (name.rfind(kOwnVariables, 0) == 0) {
      each.fail(each.key() + ": variables named EVOLT_... are set for each trial", "other names");
    }
    if (!names.insert(name).second) {
      each.fail(each.key() + ": " + name + " stands twice");
    }
    env.push_back(text);
  }
  return env;
}

Seconds above_zero(const Field& field) {
  const Seconds seconds = field.duration();
  if (!(seconds.value > 0)) {
    field.fail(field.key() + " is out of range", "more than 0 seconds");
  }
  return seconds;
}

LimitSettings read_limits(const Section& trial) {
  LimitSettings limits;
  const auto field = trial.find("limits");
  if (!field) {
    return limits;
  }
  const Section section(trial.document(), *field, keys_of("trial.limits"), "[trial.limits]");
  if (const auto memory = section.find("memory")) {
    limits.memory = memory->memory();
  }
  if (const auto wall = section.find("wall")) {
    limits.wall = above_zero(*wall);
  }
  if (const auto no_progress = section.find("no_progress")) {
    limits.no_progress = above_zero(*no_progress);
  }
  if (const auto joules = section.find("joules")) {
    limits.joules = joules->energy();
  }
  if (const auto grace = section.find("grace")) {
    limits.grace = grace->duration();
  }
  if (const auto attempts = section.find("attempts")) {
    limits.attempts = attempts->count(1);
  }
  return limits;
}

double read_gpus(const Field& field) {
  const double gpus = field.number(0, 4096);
  if (gpus > 1 && gpus != std::floor(gpus)) {
    field.fail(field.key() + " must be a whole number, or a share below 1");
  }
  return gpus;
}

bool read_rerun(const Field& field, const TrialSettings& trial, const SearchSpace& space) {
  if (!field.flag()) {
    return false;
  }
  if (trial.steps == 0) {
    field.fail(field.key() + " needs trial.steps: goals lie below the full length", "false");
  }
  if (space.index_of(kGoal)) {
    field.fail(field.key() + ": a parameter is called goal, which is what a trial is to train to",
               "false, or another name for the parameter");
  }
  return true;
}

bool read_inherit(const Field& field, const TrialSettings& trial) {
  if (!field.flag()) {
    return false;
  }
  if (!trial.checkpoint) {
    field.fail(field.key() +
                   " needs trial.checkpoint = true: a child starts from what its parent "
                   "has saved",
               "false");
  }
  if (trial.mode == StartMode::inproc) {
    field.fail(field.key() + ": a C++ function is given no checkpoints", "false");
  }
  return true;
}

PackFiles read_pack_files(const Field& field) {
  if (std::holds_alternative<bool>(field.node().value)) {
    return field.flag() ? PackFiles::always : PackFiles::never;
  }
  const auto* const text = std::get_if<std::string>(&field.node().value);
  if (text == nullptr || *text != "auto") {
    field.fail(field.key() + " is not understood", R"(true, false, "auto")");
  }
  return PackFiles::automatic;
}

StartMode read_mode(const Section& trial) {
  const auto field = trial.find("mode");
  if (!field) {
    return StartMode::process;
  }
  const std::string word = field->word({"process", "server", "inproc"}, {"remote"});
  return word == "process"  ? StartMode::process
         : word == "server" ? StartMode::server
                            : StartMode::inproc;
}

}  // namespace

TrialSettings read_trial(const Section& file, const SearchSpace& space) {
  const Section section = file.table("trial");
  TrialSettings trial;
  trial.mode = read_mode(section);
  if (const auto steps = section.find("steps")) {
    trial.steps = steps->whole(0);
  }
  trial.command = read_command(section, trial, space);
  trial.capture = read_capture(section);
  trial.env = read_env(section);
  trial.limits = read_limits(section);
  if (const auto fidelity = section.find("fidelity")) {
    trial.fidelity = fidelity->text();
  }
  if (const auto exit_code = section.find("infeasible_exit")) {
    trial.infeasible_exit = static_cast<int>(exit_code->whole(1, 255));
  }
  if (const auto checkpoint = section.find("checkpoint")) {
    trial.checkpoint = checkpoint->flag();
  }
  if (const auto rerun = section.find("rerun")) {
    trial.rerun = read_rerun(*rerun, trial, space);
  }
  if (const auto inherit = section.find("inherit")) {
    trial.inherit = read_inherit(*inherit, trial);
  }
  if (const auto cores = section.find("cores")) {
    trial.cores = cores->count(1);
  }
  if (const auto gpus = section.find("gpus")) {
    trial.gpus = read_gpus(*gpus);
  }
  if (const auto ranks = section.find("ranks_per_trial")) {
    trial.ranks_per_trial = ranks->count(1);
  }
  if (const auto pack = section.find("pack_files")) {
    trial.pack_files = read_pack_files(*pack);
  }
  return trial;
}

void check_metrics(const Section& file, const TrialSettings& trial) {
  if (!std::holds_alternative<CaptureRegex>(trial.capture)) {
    return;  // only a pattern tells beforehand what will be reported
  }
  const Section capture(file.document(), *file.table("trial").find("capture"),
                        keys_of("trial.capture"), "[trial.capture]");
  const std::vector<std::string> groups = metric_groups(*capture.find("regex"));
  std::vector<std::string> known = groups;
  known.insert(known.end(), {"seconds", "joules"});
  const auto check = [&](const Field& field, const Place& place, const std::string& name) {
    if (!measured_name(name) && std::find(known.begin(), known.end(), name) == known.end()) {
      throw_at(file.document(), place,
               Complaint{.what = absl::StrCat(field.key(), ": ", in_quotes(name),
                                              " is no named group of trial.capture.regex"),
                         .key = field.key(),
                         .allowed = absl::StrJoin(known, ", "),
                         .nearest = nearest_word(name, known)});
    }
  };
  const Section objective = file.table("objective");
  for (const char* const key : {"maximize", "minimize"}) {
    const auto field = objective.find(key);
    if (field && field->is_array()) {
      for (const Field& name : field->elements("names")) {
        check(name, name.node().place, name.text());
      }
    } else if (field) {
      check(*field, field->node().place, field->text());
    }
  }
  if (const auto require = objective.find("require")) {
    for (const Field& field : require->members()) {
      check(field, field.key_place(), field.key().substr(require->key().size() + 1));
    }
  }
}

}  // namespace evolt::detail
