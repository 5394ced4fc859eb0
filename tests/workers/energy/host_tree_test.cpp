#include "workers/energy/host_tree.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "workers/energy/cpu_facts.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace evolt {
namespace {

TEST_CASE("Names come in the order of their numbers", "[workers][energy]") {
  const FixtureHost host;
  for (const char* name : {"zone:10", "zone:2", "zone:2:1", "zone:2:0", "a", "zone:02x"}) {
    host.write(std::string("/sys/x/") + name, "");
  }
  CHECK(names_in(host.at("/sys/x")) ==
        std::vector<std::string>{"a", "zone:2", "zone:2:0", "zone:2:1", "zone:02x", "zone:10"});
  CHECK(names_in(host.at("/sys/nothing")).empty());
}

TEST_CASE("Lists of processors are read as the kernel writes them", "[workers][energy]") {
  CHECK(read_cpu_list("0") == std::vector<int>{0});
  CHECK(read_cpu_list("0-2,8\n") == std::vector<int>{0, 1, 2, 8});
  const std::string junk =
      GENERATE(as<std::string>{}, "", "x", "0-", "-1", "3-1", "0,,1", "0-2-4", "0-99999999999");
  CHECK(read_cpu_list(junk) == std::nullopt);
}

TEST_CASE("A small file is text or a number, or neither", "[workers][energy]") {
  const FixtureHost host;
  host.write("/sys/number", " 7");
  host.write("/sys/word", " two words \n");
  CHECK(text_in(host.at("/sys/word")) == "two words");
  CHECK(number_in(host.at("/sys/word")) == std::nullopt);
  CHECK(number_in(host.at("/sys/nothing")) == std::nullopt);
  std::string text = "as it was";
  CHECK(read_once(host.at("/sys/nothing"), text) == ReadStatus::gone);
  CHECK(text == "as it was");
}

TEST_CASE("Processors are told by topology, and without it by cpuinfo", "[workers][energy]") {
  FixtureHost host;
  host.cpus("GenuineIntel", "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz", 2, 4, 2);
  CpuFacts facts = read_cpu_facts(host.roots());
  CHECK(facts.vendor == "GenuineIntel");
  CHECK(facts.model_name == "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz");
  CHECK(facts.packages() == 2);
  CHECK_FALSE(facts.virtual_machine);
  REQUIRE(facts.places.size() == 8);
  CHECK(facts.places[7].package == 1);
  CHECK(facts.places[7].die == 1);
  host.remove("/sys/devices");
  facts = read_cpu_facts(host.roots());
  CHECK(facts.packages() == 2);
  CHECK(facts.places.size() == 8);
  host.remove("/proc/cpuinfo");
  facts = read_cpu_facts(host.roots());
  CHECK(facts.packages() == 1);
  CHECK(facts.vendor.empty());
}

TEST_CASE("Only a server of Intel's with dram counts at the regulator", "[workers][energy]") {
  CpuFacts facts{.vendor = "GenuineIntel", .model_name = "Intel(R) Xeon(R) Gold 6248"};
  CHECK(counter_gain(facts, true) == 0.04);
  CHECK(counter_gain(facts, false) == 0.10);
  facts.model_name = "13th Gen Intel(R) Core(TM) i9-13900K";
  CHECK(counter_gain(facts, true) == 0.10);
  facts = {.vendor = "AuthenticAMD", .model_name = "AMD EPYC 7763 64-Core Processor"};
  CHECK(counter_gain(facts, true) == 0.10);
}

}  // namespace
}  // namespace evolt
