#include "workers/energy/meter/host_account.hpp"

#include "tests/workers/energy/scripted_sensor.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

namespace evolt {
namespace {

/// Drives an account by hand: power and processor use are constant between steps.
class Desk {
 public:
  explicit Desk(std::vector<EnergyChannel> all, AccountOptions options = {.cores = 8})
      : channels(std::move(all)), account(channels, std::move(options)) {
    joules.resize(channels.size());
    watts.resize(channels.size(), 10);
    broken.resize(channels.size(), false);
    look();
  }

  void pass(double seconds, double every = 1) {
    for (double left = seconds; left > 1e-9; left -= every) {
      const double dt = std::min(left, every);
      now += dt;
      for (std::size_t i = 0; i < joules.size(); ++i) {
        joules[i] += watts[i] * dt;
      }
      busy += others * dt;
      for (auto& [id, trial] : trials) {
        trial.second += trial.first * dt;
        busy += trial.first * dt;
      }
      look();
    }
  }
  void look() {
    std::vector<ChannelReading> readings;
    for (std::size_t i = 0; i < joules.size(); ++i) {
      readings.push_back({.status = broken[i] ? ReadStatus::gone : ReadStatus::ok,
                          .raw = static_cast<std::uint64_t>(joules[i] / channels[i].unit + 0.5),
                          .taken = Seconds{now}});
    }
    std::vector<std::pair<WindowId, std::optional<CpuTime>>> cpu;
    for (const auto& [id, trial] : trials) {
      cpu.emplace_back(id, CpuTime{trial.second, trial.second});
    }
    account.round({Seconds{now}, readings, CpuTime{busy, busy}, cpu, users});
  }
  void open(WindowId id, double cores, WindowShare share = {}) {
    trials[id] = {cores, 0};
    account.open(id, share, Seconds{now}, CpuTime{0, 0});
  }
  WindowReport close(WindowId id) {
    trials.erase(id);
    return account.close(id, Seconds{now});
  }

  std::vector<EnergyChannel> channels;
  HostAccount account;
  std::vector<double> joules, watts;
  std::vector<bool> broken;
  std::vector<DeviceUsers> users;
  std::map<WindowId, std::pair<double, double>> trials;  // cores busy, CPU-seconds
  double now = 0, busy = 0, others = 0;
};

}  // namespace

TEST_CASE("host account: alone on the host a trial has its cores' idle share and what it adds",
          "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.watts[0] = 30;
  desk.open(1, 4, {.cores = 4});
  desk.pass(10);
  const WindowReport report = desk.close(1);
  REQUIRE(report.whole.energy);
  const EnergyReading& energy = *report.whole.energy;
  CHECK(energy.joules.value == Approx(200 + 50));
  CHECK(energy.lower.value > 245);
  CHECK(energy.upper.value < 255);
  CHECK(energy.label == EnergyLabel::counter_exclusive);
  CHECK(energy.coverage == 1);
  CHECK(energy.sensors == std::vector<std::string>{"sim:package-0"});
  CHECK(energy.scope == std::vector<std::string>{"package"});
  CHECK(energy.attribution == "cpu time, r 2");
  CHECK(energy.idle == IdlePolicy::reserved);
  const PoolBalance balance = desk.account.balance()[0];
  CHECK(balance.trials.value == Approx(250));
  CHECK(balance.idle.value == Approx(400 + 50));
}

TEST_CASE("host account: two trials share, and each has its figure when it ends", "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.watts[0] = 50;
  desk.open(1, 1, {.cores = 4});
  desk.pass(10);
  desk.watts[0] = 90;
  desk.open(2, 3, {.cores = 4});
  desk.pass(10);
  const EnergyReading second = *desk.close(2).whole.energy;
  CHECK(second.joules.value == Approx(0.75 * 800 + 50));
  CHECK(second.label == EnergyLabel::counter_shared);
  const EnergyReading so_far = *desk.account.so_far(1).energy;
  const EnergyReading first = *desk.close(1).whole.energy;
  CHECK(so_far.joules == first.joules);
  CHECK(first.joules.value == Approx(400 + 50 + 0.25 * 800 + 50));
  CHECK(first.label == EnergyLabel::counter_shared);
  CHECK(first.lower < first.joules);
  CHECK(desk.account.so_far(1).missing == "no such window");
}

TEST_CASE("host account: other processes have their part, and make a trial not alone", "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.watts[0] = 50;
  desk.others = 1;
  desk.open(1, 1, {.cores = 8});
  desk.pass(10);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.joules.value == Approx(200 + 100));
  CHECK(energy.label == EnergyLabel::counter_shared);
  CHECK(desk.account.balance()[0].other.value == Approx(200));
}

TEST_CASE("host account: before idle power is known the bounds allow any", "[energy]") {
  Desk desk({test::package()});
  desk.open(1, 1, {.cores = 8});
  desk.open(2, 3, {.cores = 0});
  desk.pass(20);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.joules.value == Approx(50));
  CHECK(energy.lower.value < 30);
  CHECK(energy.upper.value >= 200);  // all may have been idle power, which is all its own
}

TEST_CASE("host account: a card is its holder's, whoever else runs", "[energy]") {
  Desk desk({test::package(), test::card("GPU-a"), test::card("GPU-b")});
  desk.pass(40);
  desk.watts = {30, 300, 100};
  desk.open(1, 1, {.cores = 4, .devices = {{"GPU-a"}}, .power_limit = Watts{350}});
  desk.open(2, 1, {.cores = 4, .devices = {{"GPU-b"}}});
  desk.pass(20);
  const EnergyReading first = *desk.close(1).whole.energy;
  CHECK(first.joules.value == Approx(20 * (10 + 5 + 300)));
  // Two steps of the card, and half of the package's power above idle is unsure.
  CHECK(first.upper.value - first.joules.value < 40 + 80);
  CHECK(first.label == EnergyLabel::counter_shared);  // the package is
  CHECK(first.power_limit == Watts{350});
  CHECK(first.scope == std::vector<std::string>{"package", "gpu"});
  CHECK(first.attribution == "cpu time, r 2");
  desk.pass(10);
  CHECK(desk.close(2).whole.energy->joules.value > 30 * 100);
  desk.pass(10);
  CHECK(desk.account.balance()[1].idle.value == Approx(10 * 40 + 300 * 20));
}

TEST_CASE("host account: of a card that several hold each may have used all", "[energy]") {
  Desk desk({test::card("GPU-a")});
  desk.watts = {200};
  desk.open(1, 1, {.devices = {{"GPU-a", 3 / 7.0}}});
  desk.open(2, 1, {.devices = {{"GPU-a", 4 / 7.0}}});
  desk.pass(70);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.joules.value == Approx(6'000));
  CHECK(energy.lower.value == Approx(0).margin(1));
  CHECK(energy.upper.value == Approx(14'000).epsilon(0.01));
  CHECK(energy.label == EnergyLabel::counter_shared);
  CHECK(energy.attribution == "device shares");
  CHECK_FALSE(energy.idle.has_value());
}

TEST_CASE("host account: a card that several hold is divided by what they use of it", "[energy]") {
  Desk desk({test::card("GPU-a")});
  desk.users = {{.device = "GPU-a"}};
  desk.watts = {50};
  desk.pass(60);
  CHECK(desk.account.idle_power(0)->likely.value == Approx(50));
  desk.watts = {250};
  desk.users = {{.device = "GPU-a", .windows = {{1, 0.6}, {2, 0.2}}}};
  desk.open(1, 1, {.devices = {{"GPU-a", 0.5}}});
  desk.open(2, 1, {.devices = {{"GPU-a", 0.5}}});
  desk.pass(100);
  const EnergyReading so_far = *desk.account.so_far(1).energy;
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.joules.value == Approx(100 * (150 + 25)));
  CHECK(so_far.joules == energy.joules);
  // Half of the idle power, which ten steps of the counter tell to 8 %, and a step at each end.
  CHECK(energy.lower.value == Approx(50 * 46 - 40));
  CHECK(energy.upper.value == Approx(25'000 - 50 * 46 + 40));
  CHECK(energy.label == EnergyLabel::counter_shared);
  CHECK(energy.attribution == "device use");
  CHECK(energy.idle == IdlePolicy::reserved);
  const PoolBalance balance = desk.account.balance()[0];
  CHECK(balance.trials.value + balance.other.value + balance.idle.value ==
        Approx(balance.counted.value));
}

TEST_CASE("host account: readings of a shared card do not widen its bounds", "[energy]") {
  const auto width = [](double every) {
    Desk desk({test::card("GPU-a")});
    desk.watts = {250};
    desk.users = {{.device = "GPU-a", .windows = {{1, 0.6}, {2, 0.2}}}};
    desk.open(1, 1, {.devices = {{"GPU-a", 0.5}}});
    desk.open(2, 1, {.devices = {{"GPU-a", 0.5}}});
    desk.pass(100, every);
    const EnergyReading energy = *desk.close(1).whole.energy;
    return energy.upper.value - energy.lower.value;
  };
  CHECK(width(0.5) == Approx(width(25)));
}

TEST_CASE("host account: a card whose driver falls silent is divided by shares from then on",
          "[energy]") {
  Desk desk({test::card("GPU-a")});
  desk.watts = {100};
  desk.users = {{.device = "GPU-a", .windows = {{1, 1.0}}}};
  desk.open(1, 1, {.devices = {{"GPU-a", 0.5}}});
  desk.open(2, 1, {.devices = {{"GPU-a", 0.5}}});
  desk.pass(20);
  desk.users.clear();
  desk.account.mark(2, "train", 0, Seconds{20});
  desk.pass(20);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.joules.value == Approx(2'000 + 1'000).epsilon(0.01));
  CHECK(energy.attribution == "device use; device shares");
}

TEST_CASE("host account: a card that somebody uses, or whose driver is silent, is not at rest",
          "[energy]") {
  Desk desk({test::card("GPU-a")});
  desk.pass(60);
  CHECK_FALSE(desk.account.idle_power(0));
  desk.users = {{.device = "GPU-a", .others = 0.1}};
  desk.pass(60);
  CHECK_FALSE(desk.account.idle_power(0));
}

TEST_CASE("host account: a card that is lost on the way leaves a gap and a weaker label",
          "[energy]") {
  Desk desk({test::card("GPU-a")});
  desk.watts = {200};
  desk.open(1, 1, {.devices = {{"GPU-a"}}});
  desk.pass(50);
  desk.broken[0] = true;
  desk.pass(50);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.coverage == Approx(0.5).margin(0.01));
  CHECK(energy.gap.value == Approx(50).margin(0.2));
  CHECK(energy.label == EnergyLabel::counter_shared);
  CHECK(energy.joules.value == Approx(20'000).epsilon(0.01));
  CHECK(energy.lower.value <= 10'000);
  CHECK(energy.upper.value >= 30'000);
}

TEST_CASE("host account: what no meter saw has no figure", "[energy]") {
  SECTION("a dead card") {
    Desk desk({test::package(), test::card("GPU-a")});
    desk.broken[1] = true;
    desk.look();
    desk.open(1, 1, {.devices = {{"GPU-a"}}});
    desk.pass(20);
    const WindowFigure figure = desk.close(1).whole;
    CHECK_FALSE(figure.energy);
    CHECK(figure.missing == "sim:GPU-a was not read");
  }
  SECTION("fewer than ten steps") {
    Desk desk({test::card("GPU-a")});
    desk.open(1, 1, {.devices = {{"GPU-a"}}});
    desk.pass(0.9);
    CHECK(desk.close(1).whole.missing ==
          "below resolution: 0.9 s is fewer than ten steps of sim:GPU-a (0.1 s)");
  }
  SECTION("none of the meters is its own") {
    Desk desk({test::card("GPU-a")});
    desk.open(1, 1);
    desk.pass(20);
    CHECK(desk.close(1).whole.missing == "nothing that this trial uses is measured");
  }
  SECTION("nothing but a node's meter, and that too slow") {
    Desk desk({test::node()});
    desk.open(1, 1);
    desk.pass(5);
    CHECK(desk.close(1).whole.missing ==
          "below resolution: 5 s is fewer than ten steps of sim:node (1 s)");
  }
  SECTION("no meter") {
    Desk desk({});
    desk.open(1, 1);
    desk.pass(20);
    CHECK_FALSE(desk.close(1).whole.energy);
  }
}

TEST_CASE("host account: a node's meter has everything within, and its label if a trial is alone",
          "[energy]") {
  Desk desk({test::package(), test::node()}, {.idle = IdlePolicy::exclusive, .cores = 8});
  desk.watts = {10, 100};
  desk.pass(40);
  desk.watts = {50, 150};
  desk.open(1, 4, {.cores = 8});
  desk.pass(60);
  const bool shared = GENERATE(false, true);
  if (shared) {
    desk.open(2, 4, {.cores = 8});
    desk.pass(60);
  }
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.scope == std::vector<std::string>{"package", "node"});
  CHECK(energy.label == (shared ? EnergyLabel::counter_shared : EnergyLabel::node_metered));
  if (!shared) {
    CHECK(energy.joules.value == Approx(60 * 150));
  }
  // What the parts counted first is not counted twice.
  desk.pass(6);
  double sum = 0;
  for (const PoolBalance& pool : desk.account.balance()) {
    CHECK((pool.trials + pool.other + pool.idle).value == Approx(pool.counted.value));
    sum += pool.counted.value;
  }
  if (!shared) {
    CHECK(sum == Approx(desk.joules[1]).epsilon(1e-6));
  }
}

TEST_CASE("host account: rest power that was learnt before makes shared figures sharper",
          "[energy]") {
  const std::string meters = make_pools(std::vector{test::package()}).at(0).sensors.at(0);
  const auto width = [](AccountOptions options) {
    Desk desk({test::package()}, std::move(options));
    desk.watts[0] = 60;
    desk.open(1, 2, {.cores = 4});
    desk.open(2, 6, {.cores = 4});
    desk.pass(20);
    const EnergyReading energy = *desk.close(1).whole.energy;
    desk.close(2);
    CHECK(desk.account.learnt().empty());
    return energy.upper - energy.lower;
  };
  const AccountOptions unknown{.cores = 8};
  AccountOptions known = unknown;
  known.rest = {{.meters = meters, .power = {.likely = {40}, .watts = {39, 41}}}};
  AccountOptions other = unknown;
  other.rest = {{.meters = "another", .power = {.likely = {40}, .watts = {39, 41}}}};
  CHECK(width(known) < width(unknown) * 0.8);
  CHECK(width(other) == width(unknown));
}

TEST_CASE("host account: what rest showed is learnt", "[energy]") {
  Desk desk({test::package()});
  desk.pass(29);
  CHECK(desk.account.learnt().empty());
  desk.pass(5);
  const std::vector<RestRecord> learnt = desk.account.learnt();
  REQUIRE(learnt.size() == 1);
  CHECK(learnt[0].power.likely.value == Approx(10).epsilon(0.01));
}

TEST_CASE("host account: a short trial is measured without the node's slow meter", "[energy]") {
  Desk desk({test::package(), test::node()});
  desk.pass(40);
  desk.open(1, 4, {.cores = 8});
  desk.pass(5, 0.5);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.scope == std::vector<std::string>{"package"});
}

TEST_CASE("host account: the gain of its sensor is what a reading shares with others", "[energy]") {
  EnergyChannel channel = test::package();
  channel.gain = 0.05;
  Desk desk({channel});
  desk.pass(40);
  desk.watts[0] = 30;
  desk.open(1, 4, {.cores = 4});
  desk.pass(10);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.gain == Approx(0.05));
  CHECK(energy.lower.value < 250 / 1.05);
  CHECK(energy.upper.value > 250 / 0.95);
  CHECK(energy.own_lower().value > 245);
  CHECK(energy.own_upper().value < 255);
}

TEST_CASE("host account: of several sensors the gain of the chief one is shared, less the others'",
          "[energy]") {
  EnergyChannel package = test::package();
  package.gain = 0.05;
  EnergyChannel memory = test::package();
  memory.name = "sim:dram-0";
  memory.part = EnergyPart::dram;
  memory.most = Watts{100};
  memory.gain = 0.1;
  Desk desk({package, memory});
  desk.pass(40);
  const auto read = [&desk](double watts, double of_memory, WindowId id) {
    desk.watts = {watts, of_memory};
    desk.open(id, 4, {.cores = 8});
    desk.pass(10);
    return *desk.close(id).whole.energy;
  };
  const EnergyReading mostly = read(90, 10, 1);
  CHECK(mostly.gain > 0.03);
  CHECK(mostly.gain < 0.05);
  CHECK(mostly.own_lower() < mostly.joules);
  CHECK(mostly.own_upper() > mostly.joules);
  // Whatever both sensors err by within their gains, own bounds hold what the chief one would show.
  for (const double p : {-0.05, 0.0, 0.05}) {
    for (const double m : {-0.1, 0.0, 0.1}) {
      const double shown = 900 + 100 * (1 + p) / (1 + m);
      CHECK(mostly.own_lower().value <= shown);
      CHECK(mostly.own_upper().value >= shown);
    }
  }
  CHECK(read(20, 60, 2).gain == 0);  // most of it is the other's
}

TEST_CASE("host account: phases have windows of their own and may come again", "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.watts[0] = 50;
  desk.open(1, 4, {.cores = 8});
  desk.pass(10);
  for (int round = 0; round < 2; ++round) {
    desk.account.mark(1, round == 0 ? "" : "train", 0, Seconds{desk.now});
    desk.watts[0] = 30;
    desk.pass(5);
    desk.account.mark(1, "infer", 1'000, Seconds{desk.now});
    desk.watts[0] = 50;
    desk.pass(10);
  }
  const WindowReport report = desk.close(1);
  REQUIRE(report.phases.size() == 2);
  CHECK(report.phases[0].phase == "infer");
  CHECK(report.phases[0].items == 2'000);
  CHECK(report.phases[0].time == Seconds{10});
  CHECK(report.phases[0].figure.energy->joules.value == Approx(300));
  CHECK(report.phases[1].phase == "train");
  CHECK(report.phases[1].figure.energy->joules.value == Approx(500));
  CHECK(report.whole.energy->joules.value == Approx(3 * 500 + 300));
}

TEST_CASE("host account: a wait between wish and reading widens the bounds", "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.trials[1] = {8, 0};
  desk.account.open(1, {.cores = 8}, Seconds{desk.now - 0.5}, CpuTime{0, 0});
  desk.pass(10);
  desk.trials.clear();
  const EnergyReading late = *desk.account.close(1, Seconds{desk.now - 0.25}).whole.energy;
  CHECK(late.upper.value == Approx(late.joules.value + 0.5 * 200).margin(1));
  CHECK(late.lower.value == Approx(late.joules.value - 0.25 * 200).margin(1));
}

TEST_CASE("host account: what the processes used when nobody looked is told at the end",
          "[energy]") {
  Desk desk({test::package()}, {.idle = IdlePolicy::none, .cores = 8});
  desk.pass(40);
  desk.watts[0] = 50;
  desk.open(1, 2);
  desk.open(2, 2);
  desk.pass(10);
  // Both work on, and the first is gone before the next look.
  desk.now += 1;
  desk.joules[0] += 50;
  desk.busy += 4;
  desk.trials[2].second += 2;
  desk.trials.erase(1);
  desk.look();
  const bool told = GENERATE(true, false);
  const EnergyReading energy =
      *desk.account.close(1, Seconds{desk.now}, told ? std::optional(Seconds{22}) : std::nullopt)
           .whole.energy;
  CHECK(energy.joules.value == Approx(220).epsilon(0.02));
  CHECK(energy.upper.value >= 220);
}

TEST_CASE("host account: after a sleep there is a gap", "[energy]") {
  Desk desk({test::package()});
  desk.pass(40);
  desk.open(1, 8, {.cores = 8});
  desk.pass(10);
  desk.account.lose();
  desk.pass(10);
  const EnergyReading energy = *desk.close(1).whole.energy;
  CHECK(energy.gap == Seconds{1});
  CHECK(energy.coverage == Approx(0.95));
}

TEST_CASE("steady rates: many mixes tell what one does not", "[energy]") {
  SteadyRates rates({.ratio = 2, .steadiness = 0});
  const auto row = [&](double first, double second) {
    const double joules = 6 * first + 9 * second;
    rates.add({.cpu = {{1, {first, first}}, {2, {second, second}}},
               .other = {0, 0},
               .joules = {joules * 0.999, joules * 1.001}});
  };
  row(1, 1);
  CHECK_FALSE(rates.joules(1));
  for (int i = 0; i < 10; ++i) {
    row(1 + 0.1 * i, 2 - 0.1 * i);
  }
  const auto bound = rates.joules(1);
  REQUIRE(bound);
  const double truth = 6 * (1 + 14.5);
  CHECK(bound->lower <= truth);
  CHECK(bound->upper >= truth);
  CHECK(bound->width() < 0.1 * truth);
  CHECK_FALSE(rates.joules(7));
  rates.add({.cpu = {{1, {1, 1}}}, .other = {0, 0}, .joules = {60, 60}});  // no such ratio
  CHECK_FALSE(rates.joules(1));
}

TEST_CASE("steady rates: a window whose first rows are forgotten has no bound", "[energy]") {
  SteadyRates rates({.rows = 4});
  for (int i = 0; i < 6; ++i) {
    rates.add({.cpu = {{1, {1, 1}}, {2, {1.0 + i, 1.0 + i}}}, .other = {0, 0}, .joules = {9, 10}});
  }
  CHECK_FALSE(rates.joules(1));
}

}  // namespace evolt
