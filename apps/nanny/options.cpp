#include "apps/nanny/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace evolt::nanny {
namespace {

/// The number behind `--name=`; false when `argument` is another option or holds no number.
bool read_number(const char* argument, const char* name, long long& value) {
  const std::size_t length = std::strlen(name);
  if (std::strncmp(argument, name, length) != 0 || argument[length] == '\0') {
    return false;
  }
  char* end = nullptr;
  value = std::strtoll(argument + length, &end, 10);
  return *end == '\0' && value >= 0;
}

bool read_option(const char* argument, Options& options, long long& protocol) {
  long long value = 0;
  if (read_number(argument, "--protocol=", protocol)) {
    return true;
  }
  if (read_number(argument, "--control=", value)) {
    options.control = static_cast<int>(value);
  } else if (read_number(argument, "--parent=", value)) {
    options.parent = static_cast<int>(value);
  } else if (read_number(argument, "--grace-ms=", value)) {
    options.grace_ms = static_cast<long>(value);
  } else if (read_number(argument, "--orphan-ms=", value)) {
    options.orphan_ms = static_cast<long>(value);
  } else if (read_number(argument, "--wall-ms=", value)) {
    options.wall_ms = static_cast<long>(value);
  } else if (read_number(argument, "--memory=", value)) {
    options.memory = value;
  } else if (std::strcmp(argument, "--report") == 0) {
    options.report = true;
  } else if (std::strncmp(argument, "--sweep=", 8) == 0 && argument[8] != '\0') {
    options.sweep = argument + 8;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool read_options(int argc, char** argv, Options& options) {
  long long protocol = 0;
  int i = 1;
  for (; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    if (!read_option(argv[i], options, protocol)) {
      std::fprintf(stderr, "evolt-nanny: unknown or broken option '%s'\n", argv[i]);
      return false;
    }
  }
  if (protocol != kProtocol) {
    std::fprintf(
        stderr,
        "evolt-nanny: a helper of evolt, not for use by hand; speaks protocol %d, was asked "
        "for %lld\n",
        kProtocol, protocol);
    return false;
  }
  if (options.sweep != nullptr) {
    return true;
  }
  // After `--`: the file to run, then its argv.
  if (argc - i < 3 || options.control < 3) {
    std::fprintf(stderr, "evolt-nanny: needs --control=FD and -- FILE ARGV0 [ARG]...\n");
    return false;
  }
  options.program = argv[i + 1];
  options.argv = argv + i + 2;
  return true;
}

}  // namespace evolt::nanny
