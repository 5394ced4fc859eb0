#pragma once

#include <string_view>
#include <sys/types.h>

namespace evolt {

/// write(), but a pipe that nobody reads any more is an error and not a signal to this process.
ssize_t write_quietly(int fd, std::string_view bytes);

}  // namespace evolt
