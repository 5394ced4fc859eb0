#include "propagator/distance.hpp"

#include <cmath>
#include <cstddef>

namespace evolt {

double distance(const Encoding& encoding, const Genome& a, const Genome& b) {
  const ActiveMask active_a = encoding.active_mask(a);
  const ActiveMask active_b = encoding.active_mask(b);
  double sum = 0;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    if (!active_a[i] && !active_b[i]) {
      continue;
    }
    ++compared;
    if (active_a[i] != active_b[i]) {
      sum += 1;
    } else if (encoding.choices(i) > 0) {
      sum += a.genes[i] == b.genes[i] ? 0 : 1;
    } else {
      sum += std::abs(a.genes[i] - b.genes[i]);
    }
  }
  return compared == 0 ? 0 : sum / static_cast<double>(compared);
}

}  // namespace evolt
