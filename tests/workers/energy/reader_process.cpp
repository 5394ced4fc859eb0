// Reads a host's scripted sensors for others until it is killed: reader_process DIRECTORY.

#include "tests/workers/energy/scripted_sensor.hpp"
#include "workers/energy/meter/shared_meter.hpp"

#include <fstream>
#include <string>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    return 64;
  }
  const std::string directory = argv[1];
  const evolt::SystemClock clock;
  evolt::SharedMeter meter(
      [&] {
        std::vector<std::unique_ptr<evolt::EnergySensor>> sensors;
        sensors.push_back(std::make_unique<evolt::test::ScriptedSensor>(
            clock, std::vector{evolt::test::package()}, [](std::size_t) { return 50.0; }));
        evolt::HostMeterOptions options{
            .account = {.idle = evolt::IdlePolicy::exclusive, .cores = 2},
            .period = evolt::Seconds{0.02}};
        return std::make_unique<evolt::HostMeter>(std::move(sensors), clock, std::move(options));
      },
      *evolt::meeting_place(directory, {"boot", "host"}), clock);
  while (meter.role() != evolt::SharedMeter::Role::reader) {
    ::usleep(1'000);
  }
  std::ofstream(directory + "/reads") << "yes\n";
  for (;;) {
    ::pause();
  }
}
