#include "workers/bounded_log.hpp"

#include "tests/workers/harness.hpp"

namespace evolt::testing {
namespace {

constexpr LogBounds kSmall{.head = 100, .segment = 50, .segments = 3};

}  // namespace

TEST_CASE("log: head and tail are kept, the middle is not", "[workers]") {
  TempDir dir;
  std::string all;
  BoundedLog log(dir.str(), kSmall);
  for (int i = 0; i < 100; ++i) {
    const std::string line = "line number " + std::to_string(i) + "\n";
    all += line;
    log.add(line);
    if (i % 7 == 0) {
      log.flush();
    }
  }
  log.flush();
  const std::string kept = read_log(dir.str());
  CHECK(kept.starts_with(all.substr(0, 100)));
  CHECK(kept.ends_with(all.substr(all.size() - 100)));
  CHECK(kept.find("not kept") != std::string::npos);
  std::uintmax_t size = 0;
  for (const auto& entry : fs::directory_iterator(dir.str())) {
    size += entry.file_size();
  }
  CHECK(size <= 250);
}

TEST_CASE("log: a short one is one file", "[workers]") {
  TempDir dir;
  BoundedLog log(dir.str(), kSmall);
  CHECK_FALSE(fs::exists(dir / "log"));
  log.add("hello\n");
  log.flush();
  CHECK(read_log(dir.str()) == "hello\n");
}

TEST_CASE("log: an older log's tail is not taken for the new one's", "[workers]") {
  TempDir dir;
  {
    BoundedLog old(dir.str(), kSmall);
    old.add(std::string(200, 'o'));
    old.flush();
  }
  BoundedLog log(dir.str(), kSmall);
  log.add("new\n");
  log.flush();
  CHECK(read_log(dir.str()) == "new\n");
}

TEST_CASE("log: a disk that refuses loses output and nothing else", "[workers]") {
  BoundedLog log("/proc/no/such/place", kSmall);
  log.add("hello\n");
  log.flush();
  CHECK(log.failed());
  log.add(std::string(1 << 20, 'x'));
  log.flush();
  CHECK(read_log("/proc/no/such/place").empty());
}

}  // namespace evolt::testing
