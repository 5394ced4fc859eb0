#include "scaling_costs.hpp"

namespace evolt {
int calibrate(const std::string&) {
  return 0;
}
}  // namespace evolt
