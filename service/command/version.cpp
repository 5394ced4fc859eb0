#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/storage/sqlite_study.hpp"

#include <boost/version.hpp>
#include <google/protobuf/stubs/common.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace evolt {

ExitCode command_version(bool json) {
  const nlohmann::ordered_json versions{
      {"version", EVOLT_VERSION},
      {"study_format", kStudyFormat},
      {"compiler", __VERSION__},
      {"boost", BOOST_LIB_VERSION},
      {"protobuf", google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION)},
      {"mpi_module", EVOLT_HAS_MPI != 0},
  };
  if (json) {
    std::cout << printable(versions) << std::endl;
  } else {
    std::cout << "evolt " << EVOLT_VERSION << '\n';
    for (const auto& [name, value] : versions.items()) {
      if (name != "version") {
        std::cout << "  " << name << ' '
                  << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
      }
    }
  }
  return ExitCode::complete;
}

}  // namespace evolt
