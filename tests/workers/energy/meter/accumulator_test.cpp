#include "workers/energy/meter/accumulator.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

EnergyChannel counter(std::optional<std::uint64_t> modulus = std::nullopt) {
  return {.name = "c", .unit = 0.5, .modulus = modulus, .most = Watts{100}, .step = Seconds{0.1}};
}

ChannelReading at(double t, std::uint64_t raw, ReadStatus status = ReadStatus::ok) {
  return {.status = status, .raw = raw, .taken = Seconds{t}};
}

EnergySpan over(Accumulator& all, std::initializer_list<ChannelReading> readings) {
  EnergyMark first;
  bool begun = false;
  Seconds now;
  for (const ChannelReading& reading : readings) {
    all.add(reading);
    now = reading.taken;
    if (!begun) {
      first = all.mark(now);
      begun = true;
    }
  }
  return all.between(first, all.mark(now));
}

}  // namespace

TEST_CASE("accumulator: counts the differences and says how wrong the edges are", "[energy]") {
  Accumulator all(counter());
  const EnergySpan span = over(all, {at(0, 1000), at(1, 1100), at(2, 1150)});
  CHECK(span.counted == Joules{75});
  CHECK(span.gap == Seconds{0});
  CHECK_FALSE(span.suspect);
  CHECK(span.bounds().lower == Approx(75 - 10.5));
  CHECK(span.bounds().upper == Approx(75 + 10.5));
}

TEST_CASE("accumulator: a decrease is a wrap where the modulus is known and it is plausible",
          "[energy]") {
  Accumulator all(counter(10'000));
  const EnergySpan span = over(all, {at(0, 9'950), at(1, 50)});
  CHECK(span.counted == Joules{50});
  CHECK(span.gap == Seconds{0});
}

TEST_CASE("accumulator: what cannot have been counted is a gap, not a figure", "[energy]") {
  SECTION("a decrease that would be too much for a wrap: the counter was reset") {
    Accumulator all(counter(1'000'000));
    const EnergySpan span = over(all, {at(0, 5'000), at(1, 5'100), at(2, 10), at(3, 110)});
    CHECK(span.counted == Joules{100});
    CHECK(span.gap == Seconds{1});
    CHECK(span.gap_most == Joules{100});
    CHECK(span.suspect);
  }
  SECTION("a time in which a counter that does not say its highest power may have wrapped") {
    EnergyChannel channel = counter(8'000);  // 4 kJ
    channel.most = Watts{0};
    Accumulator all(channel);
    const EnergySpan span = over(all, {at(0, 0), at(1, 100), at(3, 200)});
    CHECK(span.counted == Joules{50});
    CHECK(span.gap == Seconds{2});
  }
  SECTION("a decrease without a modulus") {
    Accumulator all(counter());
    const EnergySpan span = over(all, {at(0, 5'000), at(1, 4'999)});
    CHECK(span.counted == Joules{0});
    CHECK(span.gap == Seconds{1});
    CHECK(span.bounds().upper > 100);
  }
  SECTION("a jump") {
    Accumulator all(counter());
    CHECK(over(all, {at(0, 0), at(1, 100'000)}).gap == Seconds{1});
  }
  SECTION("so long a time that it may have wrapped unseen") {
    Accumulator all(counter(1'000));
    CHECK(over(all, {at(0, 100), at(60, 200)}).gap == Seconds{60});
  }
  SECTION("a value at or above the modulus") {
    Accumulator all(counter(1'000));
    CHECK(over(all, {at(0, 1'000), at(1, 10)}).gap == Seconds{1});
  }
}

TEST_CASE("accumulator: a failed read loses nothing that the next good one covers", "[energy]") {
  for (const ReadStatus status : {ReadStatus::stale, ReadStatus::no_permission,
                                  ReadStatus::not_supported, ReadStatus::suspect}) {
    Accumulator all(counter());
    const EnergySpan span = over(all, {at(0, 0), at(1, 77, status), at(2, 100)});
    CHECK(span.counted == Joules{50});
    CHECK(span.gap == Seconds{0});
    CHECK(span.suspect == (status == ReadStatus::suspect));
  }
}

TEST_CASE("accumulator: what ends with a failed read is not observed at its end", "[energy]") {
  Accumulator all(counter());
  const EnergySpan span = over(all, {at(0, 0), at(1, 100), at(3, 0, ReadStatus::stale)});
  CHECK(span.counted == Joules{50});
  CHECK(span.gap == Seconds{2});
  CHECK(span.bounds().upper >= 50 + 200);
}

TEST_CASE("accumulator: a meter that went away leaves a gap", "[energy]") {
  Accumulator all(counter());
  const EnergySpan span =
      over(all, {at(0, 0), at(1, 100), at(2, 0, ReadStatus::gone), at(4, 3), at(5, 53)});
  CHECK(span.counted == Joules{75});
  CHECK(span.gap == Seconds{3});
  CHECK(span.gap_most == Joules{300});
}

TEST_CASE("accumulator: a counter that stands still was not observed", "[energy]") {
  Accumulator all(counter());
  // Ten steps are 1 s; at 0.5 J a count, a tenth of a watt needs 5 s.
  const EnergySpan still = over(all, {at(0, 0), at(1, 100), at(4, 100), at(7, 100), at(9, 100)});
  CHECK(still.counted == Joules{50});
  CHECK(still.gap == Seconds{9});  // it may have stopped as soon as the first second began
  CHECK(still.suspect);
  all.add(at(11, 110));
  const EnergySpan again = all.between(EnergyMark{}, all.mark(Seconds{11}));
  CHECK(again.counted == Joules{55});
  CHECK(again.gap == Seconds{11});
  all.add(at(12, 200));
  CHECK(all.between(EnergyMark{}, all.mark(Seconds{12})).gap == Seconds{11});
}

TEST_CASE("accumulator: nothing is known before the first good read", "[energy]") {
  Accumulator all(counter());
  const EnergySpan span =
      over(all, {at(0, 0, ReadStatus::gone), at(2, 0, ReadStatus::stale), at(3, 500), at(4, 600)});
  CHECK(span.counted == Joules{50});
  CHECK(span.gap == Seconds{3});
  CHECK(span.bounds().upper >= 350);
}

TEST_CASE("accumulator: after a sleep it begins again", "[energy]") {
  Accumulator all(counter());
  all.add(at(0, 0));
  const EnergyMark first = all.mark(Seconds{0});
  all.lose();
  all.add(at(5, 900));
  all.add(at(6, 1'000));
  const EnergySpan span = all.between(first, all.mark(Seconds{6}));
  CHECK(span.counted == Joules{50});
  CHECK(span.gap == Seconds{5});
}

TEST_CASE("accumulator: a power is integrated by trapezoids, and gaps stay gaps", "[energy]") {
  EnergyChannel power = counter();
  power.kind = EnergyChannel::Kind::power;
  Accumulator all(power, {.longest = Seconds{2}});
  const EnergySpan span = over(all, {at(0, 100), at(1, 100), at(2, 140), at(6, 140), at(7, 140)});
  CHECK(span.counted == Joules{50 + 60 + 70});
  CHECK(span.gap == Seconds{4});
  CHECK(span.loose == Approx(10));
  CHECK(span.bounds().lower == Approx(170));
  CHECK(span.bounds().upper == Approx(190 + 400));
  all.add(at(8, 1'000));  // 500 W of at most 100
  CHECK(all.between(EnergyMark{}, all.mark(Seconds{8})).suspect);
  CHECK(all.between(EnergyMark{}, all.mark(Seconds{8})).counted == Joules{180});
}

TEST_CASE("accumulator: where no highest power is known, twice the highest seen stands for it",
          "[energy]") {
  EnergyChannel unknown = counter();
  unknown.most = Watts{0};
  Accumulator all(unknown);
  over(all, {at(0, 0), at(1.9, 400)});
  CHECK_FALSE(all.bounded());
  CHECK(all.most().value == Approx(200));
}

TEST_CASE("accumulator: many wraps of a narrow counter add up exactly", "[energy]") {
  Accumulator all(counter(1'000));
  std::uint64_t truth = 0;
  all.add(at(0, 0));
  const EnergyMark first = all.mark(Seconds{0});
  for (int i = 1; i <= 100'000; ++i) {
    truth += 150;
    all.add(at(i, truth % 1'000));
  }
  CHECK(all.between(first, all.mark(Seconds{100'000})).counted == Joules{7.5e6});
}

TEST_CASE("accumulator: counts do not overflow 64 bits", "[energy]") {
  EnergyChannel fine{.name = "perf", .unit = 0x1p-32, .most = Watts{1e12}, .step = Seconds{0.001}};
  Accumulator all(fine);
  all.add(at(0, 0));
  const EnergyMark first = all.mark(Seconds{0});
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63U;
  all.add(at(1, kHalf));
  all.add(at(1.5, 0, ReadStatus::gone));
  all.add(at(2, 0));
  all.add(at(3, kHalf + 7));
  const double whole = 2 * static_cast<double>(kHalf) * 0x1p-32;
  CHECK(all.between(first, all.mark(Seconds{3})).counted.value == Approx(whole));
}

TEST_CASE("accumulator: the guard reads four times a wrap, and every 10 s at least", "[energy]") {
  CHECK(guard_period(counter()) == Seconds{10});
  CHECK(guard_period(counter(std::uint64_t{1} << 32U)) == Seconds{10});
  CHECK(guard_period(counter(1'000)).value == Approx(1.25));
  EnergyChannel unknown = counter(1'000);
  unknown.most = Watts{0};
  CHECK(guard_period(unknown) == Seconds{10});
}

}  // namespace evolt
