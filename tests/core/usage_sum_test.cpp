#include "core/usage_sum.hpp"

#include <catch2/catch.hpp>

namespace evolt {
namespace {

EnergyReading read(double joules, EnergyLabel label, double coverage) {
  return {.joules = Joules{joules},
          .lower = Joules{joules - 1},
          .upper = Joules{joules + 1},
          .label = label,
          .coverage = coverage,
          .sensors = {"rapl"}};
}

}  // namespace

TEST_CASE("usage: the times of attempts add up, the largest process counts", "[core]") {
  const Usage first{.wall = Seconds{20}, .startup = Seconds{3}, .cpu = Seconds{19}, .max_rss = 700};
  const Usage second{.wall = Seconds{5}, .startup = Seconds{2}, .cpu = Seconds{4}, .max_rss = 900};
  CHECK(sum(first, second) ==
        Usage{.wall = Seconds{25}, .startup = Seconds{5}, .cpu = Seconds{23}, .max_rss = 900});
}

TEST_CASE("usage: what one attempt did not measure keeps what the other did", "[core]") {
  const Usage silent{.wall = Seconds{4}};
  CHECK(sum(Usage{.gpu_power_limit = Watts{200}}, Usage{.gpu_power_limit = Watts{150}}) ==
        Usage{.gpu_power_limit = Watts{150}});
  CHECK(sum(Usage{.cpu_power_limit = Watts{90}}, Usage{}) == Usage{.cpu_power_limit = Watts{90}});
  const Usage other{.wall = Seconds{5}, .startup = Seconds{2}, .cpu = Seconds{4}, .max_rss = 9};
  for (const Usage& all : {sum(silent, other), sum(other, silent)}) {
    CHECK(all == Usage{.wall = Seconds{9}, .startup = Seconds{2}, .cpu = Seconds{4}, .max_rss = 9});
  }
  CHECK_FALSE(sum(silent, silent).startup.has_value());
}

TEST_CASE("usage: energy is known where all attempts were measured, under the weaker label",
          "[core]") {
  Usage a{.wall = Seconds{30}, .energy = read(100, EnergyLabel::counter_exclusive, 1)};
  const Usage b{.wall = Seconds{10}, .energy = read(40, EnergyLabel::model, 0.6)};
  const Usage all = sum(a, b);
  REQUIRE(all.energy);
  CHECK(all.energy->joules == Joules{140});
  CHECK(all.energy->lower == Joules{138});
  CHECK(all.energy->upper == Joules{142});
  CHECK(all.energy->label == EnergyLabel::model);
  CHECK(all.energy->coverage == Approx(0.9));
  CHECK(all.energy->sensors == std::vector<std::string>{"rapl"});
  a.energy->label = EnergyLabel::none;
  CHECK(sum(a, b).energy->label == EnergyLabel::none);
  a.energy.reset();
  CHECK_FALSE(sum(a, b).energy.has_value());
  CHECK_FALSE(sum(b, a).energy.has_value());
}

TEST_CASE("usage: what stands beside the joules of two attempts is what holds for both", "[core]") {
  Usage a{.wall = Seconds{30}, .energy = read(300, EnergyLabel::counter_shared, 1)};
  a.energy->sigma_rel = 0.1;
  a.energy->gap = Seconds{2};
  a.energy->idle = IdlePolicy::reserved;
  a.energy->attribution = "cpu time, r 2";
  a.energy->host_class = "one";
  a.energy->power_limit = Watts{250};
  a.energy->scope = {"package", "dram"};
  a.energy->gain = 0.05;
  Usage b = a;
  b.energy->gain = 0.03;
  b.energy->joules = Joules{100};
  b.energy->sigma_rel = 0.02;
  b.energy->gap = Seconds{1};
  const EnergyReading alike = *sum(a, b).energy;
  CHECK(alike.sigma_rel == Approx(0.08));
  CHECK(alike.gap == Seconds{3});
  CHECK(alike.attribution == "cpu time, r 2");
  CHECK(alike.idle == IdlePolicy::reserved);
  CHECK(alike.host_class == "one");
  CHECK(alike.power_limit == Watts{250});
  CHECK(alike.scope == std::vector<std::string>{"package", "dram"});
  CHECK(alike.gain == 0.03);  // the lesser is in both

  b.energy->idle = IdlePolicy::equal;
  b.energy->attribution = "";
  b.energy->host_class = "two";
  b.energy->power_limit = Watts{200};
  b.energy->scope = {"gpu", "package"};
  const EnergyReading apart = *sum(a, b).energy;
  CHECK(apart.attribution == "cpu time, r 2");
  CHECK_FALSE(apart.idle.has_value());
  CHECK(apart.host_class == "one + two");
  CHECK_FALSE(apart.power_limit.has_value());
  CHECK(apart.scope == std::vector<std::string>{"package"});
  CHECK(apart.gain == 0);  // of two machines they have none in common
}

}  // namespace evolt
