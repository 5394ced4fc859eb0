#include "workers/energy/perf_counter.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/unique_fd.hpp"

#include <cerrno>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

class SystemCounter final : public PerfCounter {
 public:
  explicit SystemCounter(UniqueFd file) : file_(std::move(file)) {}

  ReadStatus read(std::uint64_t& count) override {
    ssize_t got = -1;
    do {
      got = ::read(file_.get(), &count, sizeof count);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      return status_of_errno(errno);
    }
    // Nothing to read: the event is in its error state, its processor is gone.
    return got == sizeof count ? ReadStatus::ok : ReadStatus::gone;
  }

 private:
  UniqueFd file_;
};

}  // namespace

std::unique_ptr<PerfCounter> SystemPerf::open(const PerfEvent& event, int& error) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  UniqueFd file(static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, -1, event.cpu, -1, PERF_FLAG_FD_CLOEXEC)));
  if (!file) {
    error = errno;
    return nullptr;
  }
  return std::make_unique<SystemCounter>(std::move(file));
}

}  // namespace evolt
