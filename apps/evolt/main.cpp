#include "apps/evolt/energy_commands.hpp"
#include "service/command/commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

using evolt::ExitCode;

/// The commands with their arguments; the one that was given runs and leaves its exit code here.
struct Program {
  CLI::App app{"evolt finds good hyperparameters and architectures for as few joules as possible"};
  ExitCode code = ExitCode::usage;

  evolt::RunArguments run;
  evolt::TryArguments attempt;
  evolt::StdioArguments stdio;
  evolt::SimulateArguments simulate;
  evolt::SlurmArguments slurm;
  evolt::EnergyArguments energy;
  evolt::ExportArguments exports;
  std::string directory;
  std::string within;
  std::string trial;
  evolt::FilesArguments files;
  bool list_files = false;
  bool json = false;

  Program() {
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help for all commands");
    app.footer(
        "Example:\n  evolt run examples/digits/study.toml\n\n"
        "Exit codes: 0 complete, 3 stopped with work left (run the same command again),\n"
        "4 held (needs a person), 64 usage, 65 study file, 66 no such study or trial,\n"
        "73 already served, 74 storage, 75 try again later, 128+n ended by signal n.");
    add_run();
    add_reading();
    add_try();
    add_stdio();
    add_simulate();
    add_slurm();
    add_energy_commands(app, energy, code);
    add_version();
  }

  static void add_overrides(CLI::App* command, std::vector<std::string>& overrides) {
    command
        ->add_option("--set", overrides,
                     "Set any key of the study file, for example budget.trials=80")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
  }

  static CLI::Option* add_study(CLI::App* command, std::string& study) {
    return command->add_option("STUDY", study, "The study file (TOML, or JSON)")->required();
  }

  static CLI::Option* add_directory(CLI::App* command, std::string& directory) {
    return command->add_option("DIR", directory, "The study's directory")->required();
  }

  void add_run() {
    CLI::App* const command = app.add_subcommand(
        "run", "Run a study, or go on with it: the first start and every later one are the same");
    add_study(command, run.study);
    command->add_option("--dir", run.directory, "Where the study is kept; default: its name")
        ->type_name("DIR");
    command
        ->add_option("--db-dir", run.database_directory,
                     "Keep the database here, on a local disk, and a mirror of it in --dir")
        ->type_name("PATH");
    command
        ->add_option("--slots", run.slots,
                     "Trials at once on each rank; default: host cores / trial.cores / ranks here")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{65'536}).description(""));
    command
        ->add_option("--time-limit", run.time_limit,
                     "How long this run may take, for example 8h; what is left then is for the "
                     "next; default: the end of Slurm's job, if there is one")
        ->type_name("T");
    command
        ->add_option(
            "--warning", run.warning,
            "How long before that trials are asked to save and end; default: a second more "
            "than trial.limits.grace, at most a tenth of the limit")
        ->type_name("T");
    add_overrides(command, run.overrides);
    command->add_flag("--json", run.json, "Print the result as one JSON object");
    command->footer(
        "Examples:\n  evolt run study.toml --slots 4\n"
        "  evolt run study.toml --set budget.trials=80 --set study.seed=7\n"
        "  evolt run study.toml --time-limit 8h\n"
        "  mpirun.mpich -n 4 evolt run study.toml");
    command->callback([this] { code = evolt::command_run(run); });
  }

  void add_reading() {
    CLI::App* const best = app.add_subcommand("best", "The best trial of a study, running or not");
    add_directory(best, directory);
    best->add_option("--within", within,
                     "Name the cheapest trial, too, whose metric is worse than the best by so much "
                     "at most, in its unit or per cent of the best (two objectives)")
        ->type_name("X|X%")
        ->check(CLI::Validator(
            [](const std::string& margin) { return margin.empty() ? "must not be empty" : ""; },
            ""));
    best->add_flag("--json", json, "Print one JSON object");
    best->footer(
        "Examples:\n  evolt best digits\n  evolt best digits --within 0.01\n"
        "  evolt best digits --within 1%");
    best->callback([this] { code = evolt::command_best(directory, within, json); });

    CLI::App* const show = app.add_subcommand(
        "show", "All about one trial, and why it ended; without one, what each propagator brought");
    add_directory(show, directory);
    show->add_option("TRIAL", trial, "Its number, or its id (1.0.17)");
    CLI::Option* const listing =
        show->add_flag("--files", list_files, "List the files of the trial");
    show->add_option("--file", files.name, "Print one of them, for example attempt-1/log")
        ->type_name("NAME")
        ->check(CLI::Validator(
            [](const std::string& name) { return name.empty() ? "must not be empty" : ""; }, ""))
        ->excludes(listing)
        ->excludes(show->add_flag("--json", json, "Print one JSON object"));
    show->footer(
        "Examples:\n  evolt show digits 17\n  evolt show digits\n"
        "  evolt show digits 17 --file attempt-1/log");
    show->callback([this] {
      files.directory = directory;
      files.trial = trial;
      files.json = json;
      code = list_files || !files.name.empty() ? evolt::command_files(files)
                                               : evolt::command_show(directory, trial, json);
    });

    CLI::App* const exporting = app.add_subcommand("export", "All trials of a study, as a file");
    add_directory(exporting, exports.directory);
    exporting->add_option("--format", exports.format, "csv, json or optuna")
        ->check(CLI::IsMember({"csv", "json", "optuna"}))
        ->capture_default_str();
    exporting->add_option("-o,--output", exports.output, "Write here; default: standard output")
        ->type_name("FILE");
    exporting->add_flag("--json", exports.json, "The same as --format json");
    exporting->footer("Example:\n  evolt export digits --format csv -o digits.csv");
    exporting->callback([this] { code = evolt::command_export(exports); });
  }

  void add_try() {
    CLI::App* const command = app.add_subcommand(
        "try", "Run one trial and show exactly what was started and what was understood");
    add_study(command, attempt.study);
    add_overrides(command, attempt.overrides);
    command->add_flag("--json", attempt.json, "Print one JSON object");
    command->footer("Example:\n  evolt try study.toml --set trial.steps=1");
    command->callback([this] { code = evolt::command_try(attempt); });
  }

  void add_stdio() {
    CLI::App* const command = app.add_subcommand(
        "stdio", "Ask and tell as JSON lines on standard input and output (docs/stdio.md)");
    add_study(command, stdio.study);
    add_overrides(command, stdio.overrides);
    command->add_flag("--json", json, "Accepted for symmetry: every reply is JSON");
    command->footer("Example:\n  echo '{\"ask\":1}' | evolt stdio study.toml");
    command->callback([this] { code = evolt::command_stdio(stdio); });
  }

  void add_simulate() {
    CLI::App* const command = app.add_subcommand(
        "simulate",
        "A study in virtual time over a recorded table: what searches and stoppers save");
    command->add_option("STUDY", simulate.study,
                        "A study file for the table's parameters; default: what the table says");
    command
        ->add_option("--table", simulate.table,
                     "A directory with space.json, configs.csv and curves.csv, or synthetic:N")
        ->type_name("DIR")
        ->required();
    add_simulated_contenders(command);
    add_simulated_world(command);
    add_overrides(command, simulate.overrides);
    command->add_flag("--json", simulate.json, "Print one JSON object");
    command->footer(
        "Examples:\n  evolt simulate --table synthetic:2000 --seeds 10 --against "
        "random+asha,random+none\n"
        "  evolt simulate --table tables/digits-mlp --search random --pool 400 --seeds 60 "
        "--against random+i-epoch:5:20\n"
        "  evolt simulate study.toml --table tables/digits-mlp --workers 16 --json");
    command->callback([this] { code = evolt::command_simulate(simulate); });
  }

  /// What is compared.
  void add_simulated_contenders(CLI::App* command) {
    command
        ->add_option("--search", simulate.search,
                     "evolution: the study's own propagator; random: the pool in random order; or "
                     "the name of a propagator")
        ->capture_default_str();
    command
        ->add_option("--stopper", simulate.stopper,
                     "default, asha, median, none, ..., or i-epoch:I[:TOP]; default: the study's")
        ->type_name("RULE");
    command
        ->add_option("--against", simulate.against,
                     "Further contenders, for example random+asha,evolution+none")
        ->type_name("SEARCH+STOPPER,...")
        ->allow_extra_args(false);
    command->add_option("--seeds", simulate.seeds, "Replays of each, with pools of their own")
        ->type_name("K")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->capture_default_str();
    command
        ->add_option("--pool", simulate.pool,
                     "Search so many random rows, drawn anew for each seed; default: all")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command->add_option("--trials", simulate.trials, "Trials of each replay; default: the pool")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--quality", simulate.quality,
                     "What time-to-quality waits for: a trial among this share of the pool")
        ->type_name("top:SHARE")
        ->capture_default_str();
    command
        ->add_option("--lean", simulate.lean,
                     "What joules-to-lean waits for: a trial so close to the best score, for at "
                     "most so many times the joules of the cheapest such row")
        ->type_name("WITHIN:FACTOR")
        ->capture_default_str();
  }

  /// Where it is run.
  void add_simulated_world(CLI::App* command) {
    command->add_option("--workers", simulate.workers, "Trials at once")
        ->type_name("N")
        ->check(CLI::Range(1, 10'000).description(""))
        ->capture_default_str();
    command
        ->add_option("--startup-seconds", simulate.startup_seconds,
                     "What each start of a trial costs before its first epoch")
        ->type_name("T")
        ->check(CLI::Range(0.0, 1e9).description(""))
        ->capture_default_str();
    command
        ->add_option("--lookup", simulate.lookup,
                     "exact: rows as they are asked for; nearest: the nearest unused row; default: "
                     "nearest where the pool is not the whole space")
        ->check(CLI::IsMember({"exact", "nearest"}));
    command->add_option("--jobs", simulate.jobs, "Threads; default: as many as cores")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1024}).description(""));
  }

  void add_slurm() {
    CLI::App* const command = app.add_subcommand(
        "slurm", "Write a batch script that keeps a study going under Slurm, over several jobs");
    add_study(command, slurm.study);
    command->add_option("--nodes", slurm.nodes, "Nodes")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->capture_default_str();
    command->add_option("--ranks", slurm.ranks, "Ranks over all nodes")
        ->type_name("R")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->capture_default_str();
    command->add_option("--time", slurm.time, "Limit of one job, as Slurm writes it: 08:00:00")
        ->type_name("T")
        ->required();
    command->add_option("--slots", slurm.slots, "Trials at once on each rank")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{65'536}).description(""))
        ->capture_default_str();
    command->add_option("--gpus-per-node", slurm.gpus_per_node, "GPUs of each node")
        ->type_name("N")
        ->check(CLI::Range(0, 1'000).description(""));
    command
        ->add_option("--warning", slurm.warning,
                     "Seconds before the limit at which trials are asked to save and end; default: "
                     "120, or a minute more than trial.limits.grace")
        ->type_name("SECONDS")
        ->check(CLI::Range(1.0, 1e6).description(""));
    command->add_option("--mpi", slurm.mpi, "srun's kind of PMI (srun --mpi=list)")
        ->capture_default_str();
    command
        ->add_option("--sbatch", slurm.settings,
                     "A further option for sbatch, for example --sbatch=--partition=gpu")
        ->type_name("OPTION")
        ->allow_extra_args(false);
    command->add_option("--dir", slurm.directory, "Where the study is kept; default: its name")
        ->type_name("DIR");
    command
        ->add_option("--db-dir", slurm.database_directory,
                     "Keep the database here, on the disk of rank 0's node, and a mirror in --dir")
        ->type_name("PATH");
    add_overrides(command, slurm.overrides);
    command->add_option("-o,--output", slurm.output, "Write here; default: standard output")
        ->type_name("FILE");
    command->add_flag("--json", slurm.json, "Print one JSON object");
    command->footer(
        "Example:\n  evolt slurm study.toml --nodes 8 --ranks 64 --gpus-per-node 8 --time 08:00:00 "
        "-o job.sh && sbatch job.sh");
    command->callback([this] { code = evolt::command_slurm(slurm); });
  }

  void add_version() {
    CLI::App* const command = app.add_subcommand("version", "Versions of evolt and what it uses");
    command->add_flag("--json", json, "Print one JSON object");
    command->footer("Example:\n  evolt version --json");
    command->callback([this] { code = evolt::command_version(json); });
  }
};

}  // namespace

int main(int argc, char** argv) try {
  Program program;
  try {
    std::vector<std::string> words =
        evolt::take_measured_command(argc, argv, program.energy.measure.command);
    program.app.name(words.empty() ? "evolt" : words.front());
    std::reverse(words.begin(), words.end());
    words.pop_back();  // the parser wants the arguments alone, the last first
    program.app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const int code = program.app.exit(error);
    return code == 0 ? 0 : evolt::number(ExitCode::usage);
  }
  return evolt::number(program.code);
} catch (const std::exception& error) {
  std::fprintf(stderr, "evolt: this is a bug: %s\n", error.what());
  return EXIT_FAILURE;
}
