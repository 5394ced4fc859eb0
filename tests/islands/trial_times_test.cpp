#include "islands/trial_times.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("trial times: nothing is forecast from nothing", "[islands]") {
  CHECK_FALSE(TrialTimes().forecast().has_value());
}

TEST_CASE("trial times: before any has ended, the longest that was cut short counts", "[islands]") {
  TrialTimes times;
  times.cut(Seconds{7});
  times.cut(Seconds{22});
  times.cut(Seconds{3});
  CHECK(times.forecast() == Seconds{22});
  times.end(Seconds{5});
  CHECK(times.forecast() == Seconds{5});
}

TEST_CASE("trial times: few are no longer than the longest, many nine times in ten", "[islands]") {
  TrialTimes times;
  for (int i = 9; i > 0; --i) {
    times.end(Seconds{static_cast<double>(i)});
  }
  CHECK(times.forecast() == Seconds{9});
  times.end(Seconds{1000});
  CHECK(times.forecast() == Seconds{9});
  for (int i = 11; i <= 20; ++i) {
    times.end(Seconds{static_cast<double>(i)});
  }
  CHECK(times.forecast() == Seconds{19});  // the 18th of 20
}

TEST_CASE("trial times: the latest hundred count, and are what others are told", "[islands]") {
  TrialTimes times;
  for (int i = 0; i < 100; ++i) {
    times.end(Seconds{50});
  }
  for (int i = 0; i < 100; ++i) {
    times.end(Seconds{3});
  }
  times.cut(Seconds{60});
  CHECK(times.forecast() == Seconds{3});
  CHECK(times.known().ended.size() == 100);
  CHECK(TrialTimes(times.known()).forecast() == Seconds{3});
  CHECK(TrialTimes(KnownTimes{.ended = {}, .longest_cut = Seconds{60}}).forecast() == Seconds{60});
}

}  // namespace evolt
