#include "workers/energy/call_thread.hpp"

#include "core/clock.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <thread>

namespace evolt {
namespace {

TEST_CASE("call thread: what returns in time was done", "[workers][energy]") {
  CallThread thread;
  auto count = std::make_shared<int>(0);
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(thread.run([count] { ++*count; }, Seconds{5}));
    CHECK(*count == i);
  }
}

TEST_CASE("call thread: a call that hangs holds nobody up, nor does the next",
          "[workers][energy]") {
  const SystemClock clock;
  auto gate = std::make_shared<std::promise<void>>();
  auto done = std::make_shared<std::promise<void>>();
  std::shared_future<void> opened = gate->get_future().share();
  const Seconds before = clock.now();
  {
    CallThread thread;
    CHECK_FALSE(thread.run(
        [opened, done] {
          opened.wait();
          done->set_value();
        },
        Seconds{0.02}));
    CHECK_FALSE(thread.run([] { FAIL("called beside another"); }, Seconds{5}));
  }  // left behind
  CHECK(clock.now().value - before.value < 2);
  gate->set_value();
  done->get_future().wait();  // it ended later than its owner
}

TEST_CASE("call thread: one that comes back serves again", "[workers][energy]") {
  auto gate = std::make_shared<std::promise<void>>();
  std::shared_future<void> opened = gate->get_future().share();
  CallThread thread;
  REQUIRE_FALSE(thread.run([opened] { opened.wait(); }, Seconds{0.01}));
  gate->set_value();
  bool served = false;
  for (int i = 0; i < 1000 && !served; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    served = thread.run([] {}, Seconds{0.01});
  }
  CHECK(served);
}

}  // namespace
}  // namespace evolt
