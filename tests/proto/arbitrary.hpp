#pragma once

#include "core/event.hpp"
#include "core/message.hpp"
#include "core/rng.hpp"

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace evolt::test {

/// Random values of everything that travels, corners included: empty and long text that is not
/// UTF-8, the ends of every integer, both zeros, infinities, subnormals and, when asked, NaN.
class Arbitrary {
 public:
  explicit Arbitrary(std::uint64_t seed, bool with_nan) : rng_({seed}), with_nan_(with_nan) {}

  Event event() { return event(rng_.below(std::variant_size_v<decltype(Event::what)>)); }

  Event event(std::size_t kind) {
    switch (kind) {
      case 0:
        return {seconds(), Bred{trial()}};
      case 1:
        return {seconds(), Leased{attempt()}};
      case 2:
        return {seconds(), Measured{id(), i32(), measurement()}};
      case 3:
        return {seconds(), Stopped{id(), i32(), i64(), text(), maybe([&] { return real(); }),
                                   maybe([&] { return real(); }), flag()}};
      case 4:
        return {seconds(), Finished{id(), i32(), outcome(), reals(), real()}};
      case 5:
        return {seconds(), Lost{id(), i32(), text(), usage()}};
      case 6:
        return {seconds(), Migrated{id(), IslandId{i32()}, IslandId{i32()}, i64(), flag()}};
      default:
        return {seconds(), Parked{id(), i32(), i64(), text(), maybe([&] { return real(); }),
                                  maybe([&] { return real(); }), usage()}};
    }
  }

  Message message() { return message(rng_.below(std::variant_size_v<Message>)); }

  Parcel parcel() { return parcel(rng_.below(std::variant_size_v<Message>)); }
  Parcel parcel(std::size_t kind) {
    return {message(kind), maybe([&] {
              return Broadcast{RankId{some_rank()}, maybe([&] { return IslandId{some_rank()}; })};
            })};
  }

  Message message(std::size_t kind) {
    switch (kind) {
      case 0:
        return Welcome{u32(), text(), i64(), flag(), {params(), params()}, times()};
      case 1:
        return Retry{trial(),
                     i32(),
                     text(),
                     metrics(),
                     i64(),
                     maybe([&] { return usage(); }),
                     seconds(),
                     i32(),
                     maybe([&] {
                       return Verdict{Verdict::Decision::park, text(),
                                      maybe([&] { return real(); }), maybe([&] { return real(); })};
                     }),
                     i64(),
                     flag()};
      case 2:
        return Admitted{IslandId{i32()}, individual()};
      case 3:
        return Moved{IslandId{i32()}, individual(), i64(), flag(), RankId{i32()}};
      case 4:
        // Loss and cost travel as single precision.
        return Progress{id(), {i64(), real(), maybe([&] { return single(); }), reals()}};
      case 5:
        return CurveEnded{id(), any<Ending>(4)};
      case 6:
        return Recorded{event()};
      case 7:
        return CreditAsk{i64()};
      case 8:
        return CreditGrant{i64()};
      case 9:
        return CreditRecall{};
      case 10:
        return CreditReturn{i64()};
      case 11:
        return Halt{any<EndReason>(7), text()};
      case 12:
        return Farewell{i64(), {i64(), i64()}};
      case 13:
        return Alive{};
      case 14:
        return RankLost{RankId{i32()}};
      case 15:
        return Rest{i64(), maybe([&] { return seconds(); })};
      case 16:
        return Benched{text(), flag()};
      default:
        return EndParked{};
    }
  }

 private:
  std::int32_t some_rank() { return static_cast<std::int32_t>(rng_.below(100'000)); }
  bool flag() { return rng_.chance(0.5); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(whole()); }
  std::int32_t i32() { return static_cast<std::int32_t>(whole()); }
  std::int64_t i64() { return static_cast<std::int64_t>(whole()); }
  std::uint64_t whole() {
    static constexpr std::uint64_t kCorners[] = {0,
                                                 1,
                                                 2,
                                                 127,
                                                 128,
                                                 0x7fffffff,
                                                 0x80000000,
                                                 0xffffffff,
                                                 0x7fffffffffffffff,
                                                 0x8000000000000000,
                                                 0xffffffffffffffff};
    return flag() ? kCorners[rng_.below(std::size(kCorners))] : rng_.bits() >> rng_.below(64);
  }
  double real() {
    using Limits = std::numeric_limits<double>;
    static constexpr double kCorners[] = {0.0,
                                          -0.0,
                                          1.0,
                                          -1.5,
                                          Limits::infinity(),
                                          -Limits::infinity(),
                                          Limits::denorm_min(),
                                          Limits::max(),
                                          Limits::lowest()};
    if (flag()) {
      return kCorners[rng_.below(std::size(kCorners))];
    }
    const auto any_bits = std::bit_cast<double>(rng_.bits());
    if (any_bits != any_bits || rng_.chance(0.1)) {
      return with_nan_ ? Limits::quiet_NaN() : rng_.normal();
    }
    return any_bits;
  }
  double single() { return static_cast<float>(rng_.normal()); }
  std::string text() {
    std::string out(rng_.below(4) == 0 ? rng_.below(300) : rng_.below(8), '\0');
    for (char& c : out) {
      c = static_cast<char>(rng_.below(256));
    }
    return out;
  }
  template <typename Make>
  std::vector<std::invoke_result_t<Make>> list(Make make) {
    std::vector<std::invoke_result_t<Make>> out;
    for (std::size_t n = rng_.below(5); n > 0; --n) {
      out.push_back(make());
    }
    return out;
  }
  template <typename Make>
  std::optional<std::invoke_result_t<Make>> maybe(Make make) {
    return flag() ? std::optional(make()) : std::nullopt;
  }
  template <typename Enum>
  Enum any(std::size_t count) {
    return static_cast<Enum>(rng_.below(count));
  }

  Seconds seconds() { return {real()}; }
  Joules joules() { return {real()}; }
  std::vector<double> reals() {
    return list([&] { return real(); });
  }
  std::vector<std::string> texts() {
    return list([&] { return text(); });
  }
  KnownTimes times() {
    return {list([&] { return seconds(); }), seconds()};
  }
  Metrics metrics() {
    return list([&] { return std::pair(text(), real()); });
  }
  Params params() {
    return list([&] { return std::pair(text(), value()); });
  }
  TrialId id() { return {u32(), u32(), whole()}; }
  Value value() {
    switch (rng_.below(4)) {
      case 0:
        return flag();
      case 1:
        return i64();
      case 2:
        return real();
      default:
        return text();
    }
  }
  EnergyReading energy() {
    return {joules(), joules(),
            joules(), any<EnergyLabel>(7),
            real(),   texts(),
            real(),   seconds(),
            text(),   maybe([&] { return any<IdlePolicy>(5); }),
            text(),   maybe([&] { return Watts{real()}; }),
            texts(),  real()};
  }
  Genome genome() { return {reals()}; }
  Lineage lineage() {
    return {text(), list([&] { return id(); })};
  }
  Individual individual() { return {id(), genome(), reals(), real(), any<Standing>(2), lineage()}; }
  Trial trial() {
    return {id(),      IslandId{i32()}, genome(), list([&] { return std::pair(text(), value()); }),
            lineage(), {text(), i64()}};
  }
  Attempt attempt() {
    return {id(), i32(), RankId{i32()}, i32(), text(), text(), i64(), maybe([&] { return id(); })};
  }
  Measurement measurement() {
    return {i64(),     metrics(),
            text(),    maybe([&] { return i64(); }),
            seconds(), maybe([&] { return energy(); })};
  }
  Usage usage() {
    return {seconds(),
            maybe([&] { return seconds(); }),
            maybe([&] { return seconds(); }),
            maybe([&] { return i64(); }),
            maybe([&] { return energy(); }),
            maybe([&] { return Watts{real()}; }),
            maybe([&] { return Watts{real()}; }),
            list([&] { return phase(); }),
            text()};
  }
  PhaseUse phase() {
    return {text(), seconds(), i64(), maybe([&] { return energy(); }), text()};
  }
  Outcome outcome() {
    return {any<Ending>(4),
            any<Failure>(12),
            text(),
            metrics(),
            i64(),
            i64(),
            maybe([&] { return i32(); }),
            maybe([&] { return i32(); }),
            usage(),
            text(),
            texts()};
  }

  Rng rng_;
  bool with_nan_;
};

}  // namespace evolt::test
