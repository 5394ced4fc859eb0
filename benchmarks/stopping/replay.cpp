#include "benchmarks/stopping/replay.hpp"

#include "core/rng.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr double kNothing = std::numeric_limits<double>::infinity();

std::vector<std::size_t> draw(std::size_t from, std::size_t count, Rng& rng) {
  std::vector<std::size_t> all(from);
  std::iota(all.begin(), all.end(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(all[i], all[i + rng.below(from - i)]);
  }
  all.resize(count);
  return all;
}

/// The study of one pool.
class Worker {
 public:
  Worker(const CurveTable& table, std::vector<std::size_t> pool, Estimator rule)
      : table_(table), pool_(std::move(pool)), rule_(std::move(rule)), done_(pool_.size()) {}

  void run() {
    for (std::size_t k = 0; k < pool_.size(); ++k) {
      resume(true);
      train(k);
    }
    resume(false);
  }

  double saved() const {
    return 1 - static_cast<double>(spent_) / static_cast<double>(pool_.size()) /
                   static_cast<double>(table_.epochs);
  }

  bool hit() const {
    std::vector<double> finals;
    for (std::size_t k = 0; k < pool_.size(); ++k) {
      finals.push_back(final_value(k));
    }
    const auto top = std::max<std::size_t>(pool_.size() / 100, 1);
    std::nth_element(finals.begin(), finals.begin() + static_cast<std::ptrdiff_t>(top - 1),
                     finals.end());
    return best_ < kNothing && best_ <= finals[top - 1];
  }

 private:
  double final_value(std::size_t k) const {
    const auto& points = table_.curves[pool_[k]].points;
    const bool whole = !points.empty() && points.back().step == table_.epochs;
    return whole && std::isfinite(points.back().value) ? points.back().value : kNothing;
  }

  void resume(bool more) {
    while (const auto next = rule_.resume(parked_, history_, more)) {
      parked_.remove(*next);
      train(next->counter);
    }
  }

  void train(std::size_t k) {
    const TrialId id{1, 0, k};
    const auto& points = table_.curves[pool_[k]].points;
    while (done_[k] < points.size()) {
      const CurvePoint& point = points[done_[k]++];
      ++spent_;
      history_.add(id, point);
      const Verdict verdict = rule_.judge(*history_.curve(id), history_);
      if (verdict.parks()) {
        parked_.add(id, point.step, history_);
      }
      if (verdict.stops()) {
        if (!verdict.parks()) {
          end(id, Ending::stopped);
        }
        return;
      }
      if (!std::isfinite(point.value)) {
        end(id, Ending::failed);
        return;
      }
    }
    end(id, Ending::finished);
    best_ = std::min(best_, final_value(k));
  }

  void end(const TrialId& id, Ending ending) {
    history_.end(id, ending);
    rule_.observe(*history_.curve(id), ending);
  }

  const CurveTable& table_;
  std::vector<std::size_t> pool_;
  Estimator rule_;
  History history_;
  ParkedTrials parked_;
  std::vector<std::size_t> done_;  ///< points of each
  std::size_t spent_ = 0;
  double best_ = kNothing;
};

}  // namespace

ReplayResult replay(const CurveTable& table, const Estimator& rule, const ReplayOptions& options) {
  const std::size_t size = std::min(options.pool, table.curves.size() / 2);
  ReplayResult mean;
  for (std::uint64_t seed = 0; seed < options.pools; ++seed) {
    Rng rng({seed, 77});
    Worker worker(table, draw(table.curves.size(), size, rng), rule);
    worker.run();
    mean.saved += worker.saved() / static_cast<double>(options.pools);
    mean.hit += worker.hit() ? 1 : 0;
  }
  mean.hit /= static_cast<double>(options.pools);
  return mean;
}

ReplayResult mean_of(const std::vector<ReplayResult>& results) {
  ReplayResult mean;
  for (const ReplayResult& result : results) {
    mean.saved += result.saved / static_cast<double>(results.size());
    mean.hit += result.hit / static_cast<double>(results.size());
  }
  return mean;
}

}  // namespace evolt
