#include "service/report/operator_book.hpp"

#include <algorithm>

namespace evolt {

OperatorRecord& OperatorBook::of(std::string_view propagator) {
  const auto known = places_.find(propagator);
  if (known != places_.end()) {
    return records_[known->second];
  }
  places_.emplace(propagator, records_.size());
  return records_.emplace_back(OperatorRecord{.propagator = std::string(propagator)});
}

void OperatorBook::propose(std::string_view propagator) {
  ++of(propagator).proposed;
}

void OperatorBook::end(std::string_view propagator, Ending ending) {
  OperatorRecord& record = of(propagator);
  switch (ending) {
    case Ending::finished:
      ++record.finished;
      break;
    case Ending::stopped:
      ++record.stopped;
      break;
    case Ending::failed:
    case Ending::infeasible:
      ++record.failed;
      break;
  }
}

void OperatorBook::improve(std::string_view propagator, std::int64_t trial) {
  OperatorRecord& record = of(propagator);
  ++record.improved;
  record.last = trial;
}

std::vector<OperatorRecord> OperatorBook::records() const {
  std::vector<OperatorRecord> sorted = records_;
  std::sort(sorted.begin(), sorted.end(), [](const OperatorRecord& a, const OperatorRecord& b) {
    return a.proposed != b.proposed ? a.proposed > b.proposed : a.propagator < b.propagator;
  });
  return sorted;
}

}  // namespace evolt
