#include "service/simulate/account.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

void Bookkeeper::start(std::uint32_t row) {
  const Table& table = study_.table();
  const TableEpoch last = table.last(row);
  ++account_.started;
  account_.full += Spent{table.head().epochs, last.seconds + startup_, last.joules};
}

void Bookkeeper::finish(std::uint32_t row, Seconds now) {
  const double cost = study_.cost(row);
  if (!std::isfinite(cost)) {
    return;
  }
  account_.returned = std::min(account_.returned.value_or(cost), cost);
  if (cost <= pool_.quality && !account_.time_to_quality) {
    account_.time_to_quality = now;
    account_.epochs_to_quality = account_.spent.epochs - account_.audit.epochs;
  }
}

}  // namespace evolt
