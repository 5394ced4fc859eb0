#include "proto/convert.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace evolt;

namespace {

Event usual_measurement() {
  Measurement measurement{
      .step = 17,
      .metrics = {{"train_loss", 0.3141}, {"val_loss", 0.2718}, {"val_accuracy", 0.9653}},
      .elapsed = {12.5}};
  return {{1.7e9}, Measured{.trial = {1, 0, 42}, .measurement = std::move(measurement)}};
}

/// Seconds of one call, the best of some runs.
template <typename Call>
double best_seconds(Call call) {
  using Clock = std::chrono::steady_clock;
  double best = 1;
  for (int run = 0; run < 20; ++run) {
    const auto start = Clock::now();
    for (int i = 0; i < 1000; ++i) {
      call();
    }
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / 1000);
  }
  return best;
}

}  // namespace

TEST_CASE("convert: a measured event is small", "[proto]") {
  CHECK(encode(usual_measurement()).size() < 128);
}

TEST_CASE("convert: what it costs", "[proto][.cost]") {
  const Event event = usual_measurement();
  const std::string bytes = encode(event);
  std::size_t total = 0;
  WARN("encode: " << 1e9 * best_seconds([&] { total += encode(event).size(); }) << " ns, decode: "
                  << 1e9 * best_seconds([&] { total += decode_event(bytes)->what.index(); })
                  << " ns, " << bytes.size() << " bytes");
  CHECK(total > 0);
}
