#pragma once

#include "service/run/exit_code.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evolt {

/// What each command of `evolt` does, once its arguments are read. Results go to standard output,
/// everything else to standard error.

struct RunArguments {
  std::string study;
  std::string directory;           ///< empty: the study's name
  std::string database_directory;  ///< empty: the same
  std::size_t slots = 0;
  std::string time_limit;              ///< a duration; empty: none
  std::string warning;                 ///< likewise
  std::vector<std::string> overrides;  ///< `a.b=value`
  bool json = false;
};
ExitCode command_run(const RunArguments& arguments);

ExitCode command_best(const std::string& directory, const std::string& within, bool json);

/// Without a trial: who proposed what, and what it brought.
ExitCode command_show(const std::string& directory, const std::string& trial, bool json);

struct FilesArguments {
  std::string directory;
  std::string trial;  ///< number or id
  std::string name;   ///< of the file to print; empty: list them
  bool json = false;
};
/// The files of a trial, whether they are packed or on disk.
ExitCode command_files(const FilesArguments& arguments);

struct ExportArguments {
  std::string directory;
  std::string format = "csv";
  std::string output;  ///< empty: standard output
  bool json = false;   ///< say what was written as JSON
};
ExitCode command_export(const ExportArguments& arguments);

struct TryArguments {
  std::string study;
  std::vector<std::string> overrides;
  bool json = false;
};
ExitCode command_try(const TryArguments& arguments);

struct SimulateArguments {
  std::string study;  ///< empty: what the table says
  std::string table;  ///< a directory, or `synthetic:N`
  std::string search = "evolution";
  std::string stopper;               ///< empty: the study's
  std::vector<std::string> against;  ///< `SEARCH+STOPPER`, also several with commas
  std::int32_t workers = 1;
  std::int64_t seeds = 1;
  std::int64_t pool = 0;    ///< 0: the whole table
  std::int64_t trials = 0;  ///< 0: the study's
  double startup_seconds = 0;
  std::string quality = "top:0.01";
  std::string lean = "0.01:1.5";
  std::string lookup;    ///< exact | nearest; empty: by the table
  std::size_t jobs = 0;  ///< 0: as many as cores
  std::vector<std::string> overrides;
  bool json = false;
};
/// A study in virtual time over a recorded table.
ExitCode command_simulate(const SimulateArguments& arguments);

struct SlurmArguments {
  std::string study;
  std::string directory;           ///< empty: the study's name
  std::string database_directory;  ///< empty: the same
  std::int32_t nodes = 1;
  std::int32_t ranks = 1;
  std::size_t slots = 1;  ///< of each rank
  std::int32_t gpus_per_node = 0;
  std::string time;
  double warning = 0;  ///< seconds before the limit; 0: by trial.limits.grace
  std::string mpi = "pmi2";
  std::vector<std::string> settings;  ///< further options for sbatch
  std::vector<std::string> overrides;
  std::string output;  ///< empty: standard output
  bool json = false;
};
/// Writes a batch script and is gone.
ExitCode command_slurm(const SlurmArguments& arguments);

struct StdioArguments {
  std::string study;
  std::vector<std::string> overrides;
};
ExitCode command_stdio(const StdioArguments& arguments);

struct DoctorArguments {
  std::string root;     ///< of the files that are looked at; empty: this host
  std::string redfish;  ///< URL of a management controller; empty: none is asked
  std::string redfish_credentials;
  std::string redfish_ca;
  bool rest = false;  ///< learn what this host draws at rest
  bool json = false;
};
/// What this host can measure, what not, and what an administrator can do about it. Takes a second
/// for each kind of meter.
ExitCode command_doctor(const DoctorArguments& arguments);

/// How a host is measured, as the command line has it.
struct MeterArguments {
  std::vector<std::string> sensors;  ///< kinds; empty: all
  std::vector<std::string> scope;    ///< parts of the host; empty: all that are added up
  std::string idle = "reserved";
  bool estimated = false;
  double tdp = 0;  ///< watts, for the model; 0: the table's
  std::string redfish;
  std::string redfish_credentials;
  std::string redfish_ca;
};

struct MeasureArguments {
  MeterArguments meter;
  std::vector<std::string> command;
  std::int64_t repeat = 1;
  bool until_resolved = false;  ///< run it again until the meters tell
  std::string output;           ///< empty: standard error, or for JSON standard output
  bool json = false;
};
/// Measures any program. Ends as it does.
ExitCode command_measure(const MeasureArguments& arguments);

struct PowerArguments {
  MeterArguments meter;
  double interval = 1;
  std::int64_t count = 0;  ///< 0: until it is ended
  bool json = false;
};
/// The power of this host and of what is measured on it, again and again.
ExitCode command_power(const PowerArguments& arguments);

ExitCode command_version(bool json);

}  // namespace evolt
