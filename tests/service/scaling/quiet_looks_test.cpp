#include "service/scaling/quiet_looks.hpp"

#include "service/run/poll_pause.hpp"

#include <catch2/catch.hpp>

namespace evolt {

TEST_CASE("quiet looks: they are those of a loop that finds nothing to do", "[service]") {
  const Seconds waking{0.0001};
  const QuietLooks looks(waking);
  PollPause pause;
  Seconds at = pause.next(true) + waking;
  CHECK(looks.at_or_after(Seconds{}) == at);
  for (int i = 0; i < 200; ++i) {
    const Seconds next = at + pause.next(false) + waking;
    CHECK(looks.at_or_after(at + Seconds{1e-6}).value == Approx(next.value));
    at = next;
  }
}

}  // namespace evolt
