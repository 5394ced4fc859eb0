#include "service/simulate/finishing.hpp"

#include "service/simulate/replay.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

namespace evolt {
namespace {

struct Completion {
  Seconds at;
  std::uint32_t row = 0;
};

/// When each row is done, in order of time.
std::vector<Completion> schedule(const std::vector<Paused>& rows, std::int64_t epochs,
                                 const ReplayOptions& options, Seconds now, const Table& table) {
  std::priority_queue<Seconds, std::vector<Seconds>, std::greater<>> free;
  for (std::int32_t worker = 0; worker < options.workers; ++worker) {
    free.push(now);
  }
  std::vector<Completion> endings;
  for (const Paused& paused : rows) {
    const Seconds begun = free.top();
    free.pop();
    const Seconds rest = table.last(paused.row).seconds - table.at(paused.row, epochs).seconds;
    endings.push_back({begun + options.startup + rest, paused.row});
    free.push(endings.back().at);
  }
  std::stable_sort(endings.begin(), endings.end(),
                   [](const Completion& a, const Completion& b) { return a.at < b.at; });
  return endings;
}

}  // namespace

void finish_best(std::vector<Paused> paused, std::int64_t top, std::int64_t epochs,
                 const ReplayOptions& options, Seconds now, const Table& table, Bookkeeper& books) {
  std::erase_if(paused, [](const Paused& one) { return std::isnan(one.cost); });
  std::stable_sort(paused.begin(), paused.end(),
                   [](const Paused& a, const Paused& b) { return a.cost < b.cost; });
  if (std::ssize(paused) > top) {
    paused.resize(static_cast<std::size_t>(top));
  }
  for (const Completion& ending : schedule(paused, epochs, options, now, table)) {
    const TableEpoch last = table.last(ending.row);
    const TableEpoch before = table.at(ending.row, epochs);
    for (std::int64_t epoch = epochs + 1; epoch <= table.head().epochs; ++epoch) {
      books.epoch(ending.row, epoch, false);
    }
    books.pay(options.startup + last.seconds - before.seconds, last.joules - before.joules);
    books.finish(ending.row, ending.at);
  }
}

}  // namespace evolt
