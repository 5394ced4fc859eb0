// Appends numbered trials to a study until it is killed, saying on stdout how far all is on disk.
// Usage: storage_writer DIR [hold]; with `hold` it only keeps the study open, writing one trial.
#include "events.hpp"
#include "service/storage/sqlite_study.hpp"

#include <cstdio>
#include <cstring>
#include <unistd.h>

int main(int argc, char** argv) {
  using namespace evolt;
  if (argc < 2) {
    return 64;
  }
  ::alarm(60);  // a disk that stands still must fail the test, not hang it
  const bool hold = argc > 2 && std::strcmp(argv[2], "hold") == 0;
  StudyOptions options;
  options.snapshot_every = {0.05};
  options.on_durable = [](std::int64_t sequence) {
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%lld\n", static_cast<long long>(sequence));
    if (::write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) != size) {
      ::_exit(1);
    }
  };
  auto storage = open_study(argv[1], options);
  if (!storage.ok()) {
    std::fprintf(stderr, "%s\n", std::string(storage.status().message()).c_str());
    return 73;
  }
  const auto incarnation = (*storage)->begin("{}");
  if (!incarnation.ok()) {
    return 74;
  }
  for (std::uint64_t i = 1;; ++i) {
    const TrialId trial = testing::id(i, 0, *incarnation);
    std::vector<Event> events{testing::bred(trial), testing::leased(trial),
                              testing::finished(trial, {static_cast<double>(i)})};
    for (absl::Status taken = (*storage)->append(std::move(events)); !taken.ok();
         taken = (*storage)->append(std::move(events))) {
      if (!absl::IsResourceExhausted(taken)) {
        std::fprintf(stderr, "%s\n", taken.ToString().c_str());
        return 75;
      }
      ::usleep(1000);
    }
    if (const std::string paused = (*storage)->health().paused; !paused.empty()) {
      std::fprintf(stderr, "%s\n", paused.c_str());
      return 74;
    }
    ::usleep(200);
    while (hold) {
      ::pause();
    }
  }
}
