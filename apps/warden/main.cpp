// Sets power limits for evolt and restores them when it is gone: docs/warden.md.
#include "workers/energy/gpu/gpu_libraries.hpp"
#include "workers/energy/limits/knob_box.hpp"
#include "workers/energy/limits/warden.hpp"
#include "workers/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

/// Where tests have their files of the kernel's.
evolt::HostRoots roots() {
  evolt::HostRoots roots;
  if (const char* const sys = std::getenv("EVOLT_SYS"); sys != nullptr && *sys != '\0') {
    roots.sys = sys;
  }
  return roots;
}

int usage() {
  std::fputs(
      "evolt-warden: a helper of evolt. By hand: evolt-warden --folder=PATH --restore sets "
      "power limits back that killed processes left.\n",
      stderr);
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  std::optional<int> socket;
  bool restore = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument.starts_with("--folder=")) {
      folder = argument.substr(9);
    } else if (argument.starts_with("--socket=")) {
      socket = evolt::read_whole<int>(argument.substr(9));
    } else if (argument == "--restore") {
      restore = true;
    } else {
      return usage();
    }
  }
  if (folder.empty() || restore == socket.has_value()) {
    return usage();
  }
  evolt::KnobBox box(evolt::GpuLibraries::from_environment(), roots());
  if (restore) {
    const int failed = evolt::restore_left_behind(folder, box, roots());
    if (failed > 0) {
      std::fprintf(stderr, "evolt-warden: %d power limits could not be restored\n", failed);
    }
    return failed > 0 ? 1 : 0;
  }
  const absl::Status status = evolt::serve_limits(*socket, folder, box, roots());
  if (!status.ok()) {
    std::fprintf(stderr, "evolt-warden: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  return 0;
}
