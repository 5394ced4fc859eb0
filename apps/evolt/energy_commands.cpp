#include "apps/evolt/energy_commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace evolt {
namespace {

void add_doctor(CLI::App& app, DoctorArguments& doctor, ExitCode& code) {
  CLI::App* const command = app.add_subcommand(
      "doctor", "What energy this host can measure, and how to make it measure more");
  CLI::Option* const root =
      command
          ->add_option(
              "--root", doctor.root,
              "Look at the files below DIR/sys, DIR/proc and DIR/dev instead of this host's")
          ->type_name("DIR");
  CLI::Option* const redfish =
      command
          ->add_option("--redfish", doctor.redfish,
                       "Ask this management controller too, for example https://bmc.example")
          ->type_name("URL");
  command
      ->add_option("--redfish-credentials", doctor.redfish_credentials,
                   "A file of mode 0600 with one line user:password")
      ->type_name("FILE")
      ->needs(redfish);
  command
      ->add_option("--redfish-ca", doctor.redfish_ca,
                   "Certificates to trust (PEM); default: the system's")
      ->type_name("FILE")
      ->needs(redfish);
  command
      ->add_flag("--rest", doctor.rest,
                 "Learn what this host draws at rest (half a minute in which nothing else runs): "
                 "bounds of trials that share a meter become narrower")
      ->excludes(root)
      ->excludes(redfish);
  command->add_flag("--json", doctor.json, "Print one JSON object");
  command->footer("Example:\n  evolt doctor");
  command->callback([&doctor, &code] { code = command_doctor(doctor); });
}

void add_meter_options(CLI::App* command, MeterArguments& meter) {
  command
      ->add_option(
          "--sensors", meter.sensors,
          "Only these kinds of meters, for example powercap,nvml (evolt doctor lists them)")
      ->type_name("KIND,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--scope", meter.scope,
                   "Only these parts of the host: package, dram, gpu, module; node adds all else")
      ->type_name("PART,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--idle", meter.idle,
                   "Who bears what the host draws at rest: reserved (by cores), equal, busy, none "
                   "or exclusive")
      ->type_name("POLICY")
      ->capture_default_str();
  CLI::Option* const estimated = command->add_flag(
      "--estimated", meter.estimated, "Estimate by a model where nothing measures processors");
  command->add_option("--tdp", meter.tdp, "Watts of one socket, for the model")
      ->type_name("WATTS")
      ->check(CLI::Range(1.0, 10'000.0).description(""))
      ->needs(estimated);
  CLI::Option* const redfish =
      command
          ->add_option("--redfish", meter.redfish,
                       "Ask this management controller too, for example https://bmc.example")
          ->type_name("URL");
  command
      ->add_option("--redfish-credentials", meter.redfish_credentials,
                   "A file of mode 0600 with one line user:password")
      ->type_name("FILE")
      ->needs(redfish);
  command
      ->add_option("--redfish-ca", meter.redfish_ca,
                   "Certificates to trust (PEM); default: the system's")
      ->type_name("FILE")
      ->needs(redfish);
}

void add_measure(CLI::App& app, EnergyArguments& arguments, ExitCode& code) {
  MeasureArguments& measure = arguments.measure;
  CLI::App* const command = app.add_subcommand(
      "measure", "Measure the energy of any program: evolt measure [OPTIONS] -- COMMAND [ARG]...");
  command->add_option("--repeat", measure.repeat, "Run it so often, one after another")
      ->type_name("K")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  command->add_flag("--until-resolved", measure.until_resolved,
                    "A run that is too short for the meters: as many executions as it takes, for a "
                    "minute at most");
  add_meter_options(command, measure.meter);
  command
      ->add_option("-o,--output", measure.output,
                   "Write the result here; default: standard error, with --json standard output")
      ->type_name("FILE");
  command->add_flag("--json", measure.json, "The result as one JSON object");
  command->footer(
      "Ends as the command does (128+n where signal n ended it); its streams and terminal are its "
      "own.\n\n"
      "Examples:\n  evolt measure -- python3 train.py --epochs 3\n"
      "  evolt measure --repeat 5 --json -o energy.json -- ./solver input");
  command->add_option("COMMAND", arguments.misplaced, "The command and its arguments, behind --");
  command->callback([&arguments, &code] {
    if (!arguments.misplaced.empty()) {
      arguments.measure.command.clear();  // said as if there were none: behind --
    }
    code = command_measure(arguments.measure);
  });
}

void add_power(CLI::App& app, PowerArguments& power, ExitCode& code) {
  CLI::App* const command = app.add_subcommand(
      "power", "Watts of this host, by source, and of the trials that run on it");
  command->add_option("--interval", power.interval, "Seconds between two samples")
      ->type_name("S")
      ->check(CLI::Range(0.01, 3'600.0).description(""))
      ->capture_default_str();
  CLI::Option* const count =
      command->add_option("--count", power.count, "End after so many samples")
          ->type_name("N")
          ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}).description(""));
  command
      ->add_flag_callback(
          "--once", [&power] { power.count = 1; }, "One sample, after one interval")
      ->excludes(count);
  add_meter_options(command, power.meter);
  command->add_flag("--json", power.json, "Each sample as a JSON object in a line");
  command->footer("Examples:\n  evolt power\n  evolt power --once --json");
  command->callback([&power, &code] { code = command_power(power); });
}

}  // namespace

void add_energy_commands(CLI::App& app, EnergyArguments& arguments, ExitCode& code) {
  add_doctor(app, arguments.doctor, code);
  add_measure(app, arguments, code);
  add_power(app, arguments.power, code);
}

std::vector<std::string> take_measured_command(int argc, const char* const* argv,
                                               std::vector<std::string>& command) {
  const std::vector<std::string> words(argv, argv + argc);
  auto end = words.end();
  if (words.size() > 1 && words[1] == "measure") {
    end = std::find(words.begin(), words.end(), "--");
    if (end != words.end()) {
      command.assign(end + 1, words.end());
    }
  }
  return {words.begin(), end};
}

}  // namespace evolt
