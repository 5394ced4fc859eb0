#include "workers/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace evolt {

TEST_CASE("event loop: tasks run in the order in which handlers post them", "[workers]") {
  boost::asio::io_context io;
  LoopTasks one(io);
  LoopTasks other(io);
  std::vector<int> ran;
  const auto note = [&ran](int which) { return [&ran, which] { ran.push_back(which); }; };
  one.post([&] {
    one.post(note(1));
    other.post(note(2));
    one.post([&] {
      ran.push_back(3);
      other.post(note(5));
    });
    other.post(note(4));
    CHECK(one.waiting());
    CHECK(other.waiting());
    CHECK(ran.empty());  // never from within the call
  });
  io.run();
  CHECK(ran == std::vector{1, 2, 3, 4, 5});
  CHECK_FALSE(one.waiting());
}

TEST_CASE("event loop: tasks that post tasks for ever keep nothing else waiting", "[workers]") {
  boost::asio::io_context io;
  LoopTasks tasks(io);
  LoopTimer timer(io);
  int ran = 0;
  bool rang = false;
  bool heard = false;
  const std::function<void()> again = [&] {
    ++ran;
    if (!rang || !heard) {
      tasks.post(again);
    }
  };
  timer.after(std::chrono::microseconds(1), [&] { rang = true; });
  tasks.post(again);
  std::thread elsewhere([&] { tasks.post([&] { heard = true; }); });
  io.run();
  elsewhere.join();
  CHECK(rang);
  CHECK(heard);
  CHECK(ran > 0);
}

TEST_CASE("event loop: what has not run when its owner goes is dropped", "[workers]") {
  boost::asio::io_context io;
  LoopTasks tasks(io);
  auto mortal = std::make_unique<LoopTasks>(io);
  int ran = 0;
  tasks.post([&] {
    mortal->post([&] { ran += 100; });
    tasks.post([&] { ++ran; });
    mortal.reset();
  });
  io.run();
  CHECK(ran == 1);
}

TEST_CASE("event loop: many turns' worth of tasks all run", "[workers]") {
  boost::asio::io_context io;
  LoopTasks tasks(io);
  int ran = 0;
  tasks.post([&] {
    for (int i = 0; i < 1000; ++i) {
      tasks.post([&] { ++ran; });
    }
  });
  io.run();
  CHECK(ran == 1000);
}

TEST_CASE("event loop: a loop that ends with tasks waiting forgets them", "[workers]") {
  const auto alive = std::make_shared<int>(1);
  {
    boost::asio::io_context io;
    LoopTasks tasks(io);
    tasks.post([&tasks, alive] { tasks.post([alive] { FAIL("it has ended"); }); });
    io.run_one();
  }
  CHECK(alive.use_count() == 1);
}

}  // namespace evolt
