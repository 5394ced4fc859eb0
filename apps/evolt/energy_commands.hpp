#pragma once

#include "service/command/commands.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace evolt {

/// What the commands about energy are told.
struct EnergyArguments {
  DoctorArguments doctor;
  MeasureArguments measure;
  PowerArguments power;
  std::vector<std::string> misplaced;  ///< of a measured command, before `--`
};

/// `doctor`, `measure` and `power`; the one that is given runs and leaves its exit code in `code`.
/// Both must outlive `app`.
void add_energy_commands(CLI::App& app, EnergyArguments& arguments, ExitCode& code);

/// Takes a measured command, all that follows the first `--`, out of the arguments, so that nothing
/// of it is read as an option of ours. Shape: as argv; what is left.
std::vector<std::string> take_measured_command(int argc, const char* const* argv,
                                               std::vector<std::string>& command);

}  // namespace evolt
