#include "service/storage/owner_file.hpp"

#include "service/storage/files.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace evolt {
namespace {

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string owner_path(const std::string& directory) {
  return directory + "/owner";
}

}  // namespace

Owner this_owner(Seconds wall) {
  return {.host = host_name(), .pid = static_cast<int>(::getpid()), .since = wall};
}

std::optional<Owner> read_owner(const std::string& directory) {
  std::ifstream file(owner_path(directory));
  const auto json = nlohmann::json::parse(std::istreambuf_iterator<char>(file), {}, nullptr, false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  try {
    return Owner{json.at("host"),
                 json.at("pid"),
                 {json.at("since").get<double>()},
                 json.value("socket", ""),
                 json.value("database", "")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

absl::Status write_owner(const std::string& directory, const Owner& owner) {
  nlohmann::ordered_json json = {{"host", owner.host},
                                 {"pid", owner.pid},
                                 {"since", owner.since.value},
                                 {"socket", owner.socket}};
  if (!owner.database.empty()) {
    json["database"] = owner.database;
  }
  return replace_file(owner_path(directory),
                      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

void remove_owner(const std::string& directory) {
  ::unlink(owner_path(directory).c_str());
}

absl::Status set_owner_socket(const std::string& directory, const std::string& socket) {
  std::optional<Owner> owner = read_owner(directory);
  if (!owner) {
    return absl::NotFoundError("there is no readable file " + owner_path(directory));
  }
  owner->socket = socket;
  return write_owner(directory, *owner);
}

bool surely_gone(const Owner& owner) {
  return owner.host == host_name() && ::kill(owner.pid, 0) != 0 && errno == ESRCH;
}

std::string describe(const Owner& owner, Seconds wall) {
  return "host " + owner.host + ", pid " + std::to_string(owner.pid) + ", since " +
         duration_text(wall - owner.since);
}

}  // namespace evolt
