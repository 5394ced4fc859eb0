#include "core/clock.hpp"

#include <chrono>

namespace evolt {

Seconds SystemClock::now() const {
  return {
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count()};
}

Seconds SystemClock::wall() const {
  return {
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace evolt
