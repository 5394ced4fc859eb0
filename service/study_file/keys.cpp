#include "service/study_file/keys.hpp"

#include "core/config_error.hpp"

#include <algorithm>
#include <cassert>

namespace evolt::detail {
namespace {

/// What other tools, or earlier plans of this one, call a key.
struct OtherName {
  std::string_view written;
  std::string_view meant;
};
constexpr OtherName kOtherNames[] = {
    {"objective.metric", "objective.maximize"},
    {"objective.name", "objective.maximize"},
    {"objective.direction", "objective.maximize"},
    {"trial.epochs", "trial.steps"},
    {"epochs", "trial.steps"},
    {"trial.resume", "trial.checkpoint"},
    {"trial.timeout", "trial.limits.wall"},
    {"trial.args", "trial.command"},
    {"study.directory", "evolt run --dir"},
    {"islands.migrate", "islands.mode"},
    {"islands.migration", "islands.mode"},
    {"parameters", "param"},
    {"params", "param"},
};

std::string joined(std::string_view table, std::string_view key) {
  return table.empty() ? std::string(key) : std::string(table) + '.' + std::string(key);
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Tables whose keys belong to something that the user named, or of which there may be several: no
/// place to send a stray key to.
bool of_a_named_thing(const TableKeys& keys) {
  return keys.table.rfind("param.", 0) == 0 || keys.table == "when" || keys.table == "start" ||
         keys.table == "search.propagator" || keys.table == "stopper.kind";
}

/// The dotted key in the one table, below the top, that has it.
std::string only_table_with(std::string_view key, const TableKeys& asked) {
  std::string found;
  if (of_a_named_thing(asked)) {
    return found;
  }
  for (const TableKeys& other : all_tables()) {
    if (other.table.empty() || of_a_named_thing(other) || !has(other.known, key)) {
      continue;
    }
    if (!found.empty()) {
      return "";
    }
    found = joined(other.table, key);
  }
  return found;
}

}  // namespace

const std::vector<TableKeys>& all_tables() {
  static const std::vector<TableKeys> kTables = {
      {"",
       {"schema", "study", "budget", "objective", "trial", "stopper", "islands", "search", "energy",
        "param", "forbid", "start"},
       {}},
      {"study", {"name", "seed"}, {}},
      {"budget",
       {"trials", "seconds", "joules", "kwh", "gco2e", "gain_per_joule", "gain_over"},
       {}},
      {"objective",
       {"maximize", "minimize", "kind", "require", "form", "cost", "chance", "target", "exponent",
        "floor", "cost_range", "eta", "most_power", "lifetime"},
       {}},
      {"objective.lifetime", {"phase", "items"}, {}},
      {"trial",
       {"mode", "command", "steps", "fidelity", "capture", "infeasible_exit", "checkpoint", "rerun",
        "inherit", "env", "cores", "gpus", "ranks_per_trial", "pack_files", "limits"},
       {}},
      {"trial.capture", {"json", "regex", "file"}, {}},
      {"trial.limits", {"memory", "wall", "no_progress", "joules", "grace", "attempts"}, {}},
      {"stopper", {"kind", "metric", "min_steps", "audit", "park", "loss_changes_with"}, {}},
      {"stopper.kind", {"command", "deadline", "fallback", "name"}, {}},
      {"islands",
       {"count", "sizes", "population", "topology", "mode", "probability", "every_results", "size",
        "emigrate", "replace", "self_tuning", "learn_from", "kind"},
       {}},
      {"islands.kind", {"propagator", "share"}, {}},
      {"search", {"propagator", "noise", "warm_start", "cost"}, {}},
      {"search.propagator", {"command", "deadline", "fallback", "name"}, {}},
      {"energy",
       {"sensors", "scope", "estimated", "idle", "cpu_ratio", "pue", "carbon", "tariff"},
       {}},
      {"energy.tariff", {"price", "currency"}, {}},
      {"param.float", {"type", "low", "high", "scale", "step", "when"}, {}},
      {"param.int", {"type", "low", "high", "scale", "step", "when"}, {}},
      {"param.choice", {"type", "values", "when"}, {}},
      {"param.ordinal", {"type", "values", "when"}, {}},
      {"param.gpu_power_limit", {"type", "low", "high", "step", "when"}, {}},
      {"param.cpu_power_limit", {"type", "low", "high", "step", "when"}, {}},
      {"when", {"ge", "gt", "le", "lt"}, {}},
      {"start", {"values"}, {}},
  };
  return kTables;
}

const TableKeys& keys_of(std::string_view table) {
  const auto& tables = all_tables();
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const TableKeys& keys) { return keys.table == table; });
  assert(found != tables.end());
  return *found;
}

std::string meant_by(std::string_view key, const TableKeys& table) {
  const std::string path = joined(table.table, key);
  for (const OtherName& name : kOtherNames) {
    if (name.written == path) {
      return std::string(name.meant);
    }
  }
  if (std::string elsewhere = only_table_with(key, table); !elsewhere.empty()) {
    return elsewhere;
  }
  if (std::string near = nearest_word(key, table.known); !near.empty()) {
    return near;
  }
  return has(keys_of("").known, key) ? std::string(key) : std::string();
}

}  // namespace evolt::detail
