#include "workers/energy/runtime_folder.hpp"

#include "workers/text.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace evolt {
namespace {

absl::Status have_private(const std::string& folder, bool make) {
  if (!make && ::access(folder.c_str(), F_OK) != 0) {
    return absl::NotFoundError(concat("there is no ", folder));
  }
  if (make && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::FailedPreconditionError(
        concat("cannot make ", folder, ": ", std::strerror(errno)));
  }
  struct stat about {};
  if (::lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) ||
      about.st_uid != ::geteuid() || (about.st_mode & 077U) != 0) {
    return absl::PermissionDeniedError(
        concat(folder,
               " is not a directory of this user alone; remove it, or name another in "
               "EVOLT_RUNTIME"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> runtime_folder(bool make) {
  if (const char* const named = std::getenv("EVOLT_RUNTIME"); named != nullptr && *named != '\0') {
    const absl::Status status = have_private(named, make);
    return status.ok() ? absl::StatusOr<std::string>(named) : status;
  }
  std::vector<std::string> places;
  if (::geteuid() == 0) {
    places.emplace_back("/run/evolt");
  } else if (const char* const given = std::getenv("XDG_RUNTIME_DIR"); given != nullptr) {
    places.push_back(concat(std::string_view(given), "/evolt"));
  }
  places.push_back(concat("/tmp/evolt-", ::geteuid()));
  absl::Status status;
  for (const std::string& place : places) {
    status = have_private(place, make);
    if (status.ok()) {
      return place;
    }
  }
  return status;
}

}  // namespace evolt
