#include "workers/energy/sensor_place.hpp"

#include "workers/text.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace evolt {

absl::StatusOr<SensorPlace> SensorPlace::files(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return absl::NotFoundError(concat("there is no directory ", directory));
  }
  return SensorPlace{.roots = {directory + "/sys", directory + "/proc", directory + "/dev"},
                     .machine = false,
                     .libraries = GpuLibraries::named_by_environment(),
                     .tree = directory};
}

absl::StatusOr<SensorPlace> SensorPlace::here() {
  if (const char* const root = std::getenv("EVOLT_HOST_ROOT"); root != nullptr && *root != '\0') {
    absl::StatusOr<SensorPlace> place = files(root);
    return place.ok() ? place
                      : absl::NotFoundError(
                            concat("EVOLT_HOST_ROOT: ", std::string(place.status().message())));
  }
  return SensorPlace{.libraries = GpuLibraries::from_environment()};
}

}  // namespace evolt
