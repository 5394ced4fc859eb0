#include "workers/energy/meter/host_lock.hpp"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace evolt {
namespace {

absl::Status failed(const std::string& what, int error) {
  const std::string text = absl::StrCat(what, ": ", std::strerror(error));
  const bool retry = error == EWOULDBLOCK || error == ECONNREFUSED || error == ENOENT;
  return retry ? absl::UnavailableError(text) : absl::FailedPreconditionError(text);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

/// FNV-1a: the same in every process, as a name must be.
std::uint64_t hash(const std::string& text) {
  std::uint64_t value = 0xCBF29CE484222325U;
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return value;
}

std::string stem_of(const MeetingHost& host) {
  return absl::StrCat("evolt-energy-", absl::Hex(hash(absl::StrCat(host.boot_id, "@", host.name))));
}

absl::StatusOr<UniqueFd> new_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) {
    return failed("cannot make a socket", errno);
  }
  return fd;
}

}  // namespace

MeetingHost MeetingHost::here(const std::string& proc) {
  MeetingHost here;
  std::ifstream(proc + "/sys/kernel/random/boot_id") >> here.boot_id;
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  here.name = host;
  return here;
}

absl::StatusOr<MeetingPlace> meeting_place(const std::string& directory, const MeetingHost& host,
                                           const std::string& terms) {
  const std::string host_stem = absl::StrCat(directory, "/", stem_of(host));
  const std::string stem =
      terms.empty() ? host_stem : absl::StrCat(host_stem, "-", absl::Hex(hash(terms)));
  MeetingPlace place{stem + ".lock", stem + ".sock", stem + ".rest"};
  if (place.socket.size() >= sizeof sockaddr_un{}.sun_path) {
    return absl::InvalidArgumentError(absl::StrCat(
        place.socket, " is too long for a socket; set EVOLT_RUNTIME to a shorter directory"));
  }
  return place;
}

absl::StatusOr<UniqueFd> take_lock(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    return failed(absl::StrCat("cannot open ", path), errno);
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return failed(absl::StrCat("cannot lock ", path), errno);
  }
  return fd;
}

absl::StatusOr<UniqueFd> listen_at(const std::string& path) {
  absl::StatusOr<UniqueFd> fd = new_socket();
  if (!fd.ok()) {
    return fd;
  }
  ::unlink(path.c_str());
  const sockaddr_un address = address_of(path);
  if (::bind(fd->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(fd->get(), 64) != 0) {
    return failed(absl::StrCat("cannot listen at ", path), errno);
  }
  return fd;
}

absl::StatusOr<UniqueFd> connect_to(const std::string& path) {
  absl::StatusOr<UniqueFd> fd = new_socket();
  if (!fd.ok()) {
    return fd;
  }
  const sockaddr_un address = address_of(path);
  if (::connect(fd->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed(absl::StrCat("cannot connect to ", path), errno);
  }
  return fd;
}

}  // namespace evolt
