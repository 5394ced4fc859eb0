#include "apps/nanny/guardian.hpp"
#include "apps/nanny/options.hpp"

#include <cstdlib>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

/// Closes what we inherited beyond our own descriptors, so that nothing of evolt's (sockets, its
/// database) reaches a trainer.
void close_the_rest(const evolt::nanny::Options& options) {
  const unsigned first = static_cast<unsigned>(options.control) + 1;
  for (int fd = options.report ? 4 : 3; fd < options.control; ++fd) {
    ::close(fd);
  }
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) {
    return;
  }
#endif
  const long most = ::sysconf(_SC_OPEN_MAX);
  for (long fd = first; fd < (most > 0 && most < 65536 ? most : 65536); ++fd) {
    ::close(static_cast<int>(fd));
  }
}

}  // namespace

int main(int argc, char** argv) {
  evolt::nanny::Options options;
  if (!evolt::nanny::read_options(argc, argv, options)) {
    return 64;
  }
  if (options.sweep != nullptr) {
    return evolt::nanny::sweep(options.sweep);
  }
  close_the_rest(options);
  return evolt::nanny::Guardian(options).run();
}
