// Stands for an evolt whose trials have power limits: limit_holder KNOB... holds and releases them
// at random until it is killed, and says `ready` when it has begun.
#include "workers/energy/limits/warden_client.hpp"

#include <cstdio>
#include <random>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  auto warden = evolt::WardenClient::start();
  if (!warden.ok()) {
    std::fprintf(stderr, "%s\n", warden.status().ToString().c_str());
    return 1;
  }
  const std::vector<std::string> knobs(argv + 1, argv + argc);
  std::mt19937 random(std::random_device{}());  // the moment of the kill is not seeded either
  std::uniform_int_distribution<int> watts(100, 250);
  std::printf("ready %d\n", static_cast<int>(warden->pid()));
  std::fflush(stdout);
  while (true) {
    for (const std::string& knob : knobs) {
      const auto held = warden->hold(knob, {static_cast<double>(watts(random))});
      if (!held.ok()) {
        std::fprintf(stderr, "%s\n", held.status().ToString().c_str());
        return 1;
      }
    }
    for (const std::string& knob : knobs) {
      if (!warden->release(knob).ok()) {
        return 1;
      }
    }
  }
}
