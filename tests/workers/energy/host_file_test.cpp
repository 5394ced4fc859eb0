#include "workers/energy/host_file.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace evolt {
namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "evolt-host-file-XXXXXX";
    path = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
    return path / name;
  }
};

TEST_CASE("A host file is read anew each time", "[workers][energy]") {
  const Folder folder;
  HostFile file(folder.write("energy_uj", "42\n"));
  std::uint64_t number = 0;
  REQUIRE(file.read(number) == ReadStatus::ok);
  CHECK(number == 42);
  folder.write("energy_uj", "18446744073709551615\n");
  REQUIRE(file.read(number) == ReadStatus::ok);
  CHECK(number == 18446744073709551615U);
  std::string_view text;
  REQUIRE(file.read(text) == ReadStatus::ok);
  CHECK(text == "18446744073709551615");
}

TEST_CASE("What is not a number without sign is suspect, and no number", "[workers][energy]") {
  const Folder folder;
  const std::string text = GENERATE(as<std::string>{}, "", "\n", "junk", "-1", "+1", "1.5", "1 2",
                                    "18446744073709551616");
  HostFile file(folder.write("energy_uj", text));
  std::uint64_t number = 7;
  CHECK(file.read(number) == ReadStatus::suspect);
  CHECK(number == 7);
}

TEST_CASE("A file that is not there is gone, also when it was there before", "[workers][energy]") {
  const Folder folder;
  std::uint64_t number = 7;
  HostFile never(folder.path / "nothing");
  CHECK(never.status() == ReadStatus::gone);
  CHECK(never.read(number) == ReadStatus::gone);
  HostFile unplugged(folder.write("energy_uj", "42"));
  std::filesystem::remove(folder.path / "energy_uj");
  CHECK(unplugged.read(number) == ReadStatus::gone);
  CHECK(number == 7);
}

TEST_CASE("A directory is no file to read", "[workers][energy]") {
  const Folder folder;
  HostFile file(folder.path);
  std::uint64_t number = 7;
  CHECK(file.read(number) != ReadStatus::ok);
}

TEST_CASE("Errors of the system are told apart", "[workers][energy]") {
  CHECK(status_of_errno(EACCES) == ReadStatus::no_permission);
  CHECK(status_of_errno(EPERM) == ReadStatus::no_permission);
  CHECK(status_of_errno(EOPNOTSUPP) == ReadStatus::not_supported);
  CHECK(status_of_errno(ENODATA) == ReadStatus::stale);
  CHECK(status_of_errno(ENODEV) == ReadStatus::gone);
}

}  // namespace
}  // namespace evolt
