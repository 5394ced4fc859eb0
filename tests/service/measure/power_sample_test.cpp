#include "service/measure/power_sample.hpp"

#include "service/measure/power_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace evolt {
namespace {

ChannelTotal channel(const std::string& name, double joules, double gap = 0, double step = 0.01,
                     EnergyPart part = EnergyPart::package) {
  return {name, part, Joules{joules}, Seconds{gap}, Seconds{step}};
}

HostView view(double at, std::vector<ChannelTotal> channels, std::vector<OpenWindow> windows = {}) {
  return {.at = Seconds{at}, .channels = std::move(channels), .windows = std::move(windows)};
}

OpenWindow window(double joules, double seconds, const std::string& name = "study/1") {
  return {.id = 3,
          .name = name,
          .process = 42,
          .figure = {.energy = EnergyReading{.joules = {joules}, .label = EnergyLabel::sampled},
                     .time = {seconds}}};
}

}  // namespace

TEST_CASE("power: what was counted over the interval, in what was seen of it", "[measure]") {
  PowerHistory history(Seconds{1});
  CHECK_FALSE(history.add({{"", view(0, {channel("a", 0)})}}).total);
  PowerSample sample = history.add({{"", view(1, {channel("a", 50)})}});
  REQUIRE(sample.total);
  CHECK(sample.total->value == Approx(50));
  sample = history.add({{"", view(2, {channel("a", 75, 0.5 - 1e-9)})}});
  CHECK(sample.total->value == Approx(50));
  CHECK_FALSE(history.add({{"", view(3, {channel("a", 75, 1.4)})}}).total);  // hardly observed
}

TEST_CASE("power: a slow meter is seen over two of its updates", "[measure]") {
  PowerHistory history(Seconds{1});
  for (int i = 0; i <= 9; ++i) {
    const PowerSample sample =
        history.add({{"", view(i, {channel("slow", 500.0 * (i / 5), 0, 5)})}});
    CHECK_FALSE(sample.sources[0].watts);
  }
  CHECK(history.add({{"", view(10, {channel("slow", 1'000, 0, 5)})}}).total->value == Approx(100));
}

TEST_CASE("power: a node's meter is the total, and readers that share a channel show it once",
          "[measure]") {
  PowerHistory history(Seconds{1});
  const auto all = [&](double t) {
    return std::map<std::string, HostView>{
        {"a", view(t, {channel("package", 50 * t)})},
        {"b", view(t + 100, {channel("package", 50 * t),
                             channel("node", 300 * t, 0, 0.1, EnergyPart::node)})}};
  };
  history.add(all(0));
  const PowerSample sample = history.add(all(1));
  REQUIRE(sample.sources.size() == 2);
  CHECK(sample.total->value == Approx(300));
}

TEST_CASE("power: one source that is not known leaves the total unknown", "[measure]") {
  PowerHistory history(Seconds{1});
  history.add({{"", view(0, {channel("a", 0), channel("b", 0, 0, 5)})}});
  const PowerSample sample =
      history.add({{"", view(1, {channel("a", 10), channel("b", 10, 0, 5)})}});
  CHECK(sample.sources[0].watts->value == Approx(10));
  CHECK_FALSE(sample.sources[1].watts);
  CHECK_FALSE(sample.total);
}

TEST_CASE("power: a new reader's counts begin anew", "[measure]") {
  PowerHistory history(Seconds{1});
  history.add({{"", view(0, {channel("a", 1'000)})}});
  history.add({{"", view(1, {channel("a", 1'050)})}});
  CHECK_FALSE(history.add({{"", view(2, {channel("a", 3)})}}).total);
  CHECK(history.add({{"", view(3, {channel("a", 53)})}}).total->value == Approx(50));
  CHECK(history.add({}).sources.empty());
  CHECK_FALSE(history.add({{"", view(5, {channel("a", 153)})}}).total);
}

TEST_CASE("power: windows have their own, once they have figures", "[measure]") {
  PowerHistory history(Seconds{1});
  history.add({{"", view(0, {channel("a", 0)})}});
  PowerSample sample = history.add({{"", view(1, {channel("a", 50)}, {window(10, 0.5)})}});
  REQUIRE(sample.windows.size() == 1);
  CHECK_FALSE(sample.windows[0].watts);
  sample = history.add({{"", view(2, {channel("a", 100)}, {window(40, 1.5)})}});
  CHECK(sample.windows[0].watts->value == Approx(30));
  OpenWindow blind = window(0, 2.5);
  blind.figure.energy.reset();
  blind.figure.missing = "short";
  sample = history.add({{"", view(3, {channel("a", 150)}, {blind})}});
  CHECK_FALSE(sample.windows[0].watts);
  OpenWindow coarse = window(60, 3.5);
  coarse.figure.energy->sensors = {"slow"};
  for (const double t : {0.0, 1.0}) {
    coarse.figure.energy->joules = Joules{60 + 10 * t};
    coarse.figure.time = Seconds{3.5 + t};
    sample = history.add({{"b", view(t, {channel("slow", 0, 0, 5)}, {coarse})}});
  }
  CHECK_FALSE(sample.windows[0].watts);
  history.add({{"", view(3, {channel("a", 150)}, {window(60, 3)})}});
  // Divided anew, it may have less than before: that is no power.
  sample = history.add({{"", view(4, {channel("a", 200)}, {window(30, 3.5)})}});
  CHECK_FALSE(sample.windows[0].watts);
}

TEST_CASE("power: a line, a table and JSON of it", "[measure]") {
  PowerHistory history(Seconds{1});
  const OpenWindow nameless = window(5, 1, "");
  history.add(
      {{"", view(0, {channel("a", 0), channel("b", 0, 0, 5)}, {window(10, 1, "s\x1b/1")})}});
  const PowerSample sample = history.add({{"", view(1, {channel("a", 50), channel("b", 1, 0, 5)},
                                                    {window(40, 2, "s\x1b/1"), nameless})}});
  const std::string line = power_line(sample, Seconds{0});
  INFO(line);
  CHECK(line.find("total - W  a 50.0 W") != std::string::npos);
  CHECK(line.find("s?/1 30.0 W  process 42") != std::string::npos);
  const std::string table = power_table(sample);
  CHECK(table.find("a       package   50.0") != std::string::npos);
  CHECK(table.find("process 42") != std::string::npos);
  CHECK(table.find("sampled") != std::string::npos);
  const nlohmann::ordered_json json = power_json(sample, Seconds{12.5});
  CHECK(json["time"] == 12.5);
  CHECK(json["watts"].is_null());
  CHECK(json["sources"][0]["watts"] == 50);
  CHECK(json["sources"][0]["part"] == "package");
  CHECK(json["windows"][0]["energy"]["joules"] == 40);
  CHECK(json["windows"][0]["process"] == 42);
}

}  // namespace evolt
