#include "service/simulate/account.hpp"

#include <algorithm>
#include <cmath>

namespace evolt {

void Bookkeeper::start(std::uint32_t row) {
  const TableEpoch last = table_.last(row);
  ++account_.started;
  account_.full += Spent{table_.length(row), last.seconds + startup_, last.joules};
}

void Bookkeeper::epoch(std::uint32_t row, std::int64_t epoch, bool audited) {
  account_.spent.epochs += 1;
  if (audited) {
    account_.audit.epochs += 1;
    return;
  }
  const Joules before = epoch > 1 ? table_.at(row, epoch - 1).joules : Joules{};
  trained_ += table_.at(row, epoch).joules - before;
}

void Bookkeeper::finish(std::uint32_t row, Seconds now) {
  const double cost = study_.cost(row);
  const double seen = study_.target() ? table_.last(row).joules.value : cost;
  if (!std::isfinite(seen)) {
    return;
  }
  if (!account_.returned || seen < seen_) {
    account_.returned = cost;
    seen_ = seen;
  }
  if (cost <= pool_.quality && !account_.time_to_quality) {
    account_.time_to_quality = now;
    account_.epochs_to_quality = account_.spent.epochs - account_.audit.epochs;
  }
  if (pool_.lean && !account_.joules_to_lean && is_lean(*pool_.lean, study_, row)) {
    account_.joules_to_lean = trained_;
    account_.epochs_to_lean = account_.spent.epochs - account_.audit.epochs;
  }
}

}  // namespace evolt
