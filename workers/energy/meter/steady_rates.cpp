#include "workers/energy/meter/steady_rates.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace evolt {
namespace {

constexpr std::size_t kAround = 64;    // rows before a window's life that tell of its neighbours
constexpr std::size_t kUnknowns = 48;  // more cost too much, and tell little

double middle(Interval a) {
  return (a.lower + a.upper) / 2;
}

/// One equation: sum of cpu x watts is `joules`, within `error`.
struct Equation {
  std::vector<std::pair<std::size_t, double>> cpu;  // of each unknown
  double joules = 0;
  double error = 0;
};

struct Equations {
  std::vector<Equation> rows;
  std::size_t unknowns = 0;
  double centre = 0, half = 0;  // of the band of watts
  double own_cpu = 0;           // of unknown 0, over all rows
  double own_error = 0;         // joules by which its cpu may be wrong
};

/// Solves A x = b in place for symmetric, positive definite A (Cholesky); x replaces b.
bool solve(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      const double l = a[j * n + k];
      for (std::size_t i = j; i < n; ++i) {
        a[i * n + j] -= a[i * n + k] * l;
      }
    }
    if (!(a[j * n + j] > 0)) {
      return false;
    }
    const double root = std::sqrt(a[j * n + j]);
    for (std::size_t i = j; i < n; ++i) {
      a[i * n + j] /= root;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      b[i] -= a[i * n + k] * b[k];
    }
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) {
      b[i] -= a[k * n + i] * b[k];
    }
    b[i] /= a[i * n + i];
  }
  return true;
}

/// A bound on own_cpu x watts of unknown 0. `trust`: how much of the error is believed when the
/// weights are chosen.
std::optional<Interval> bound(const Equations& all, double trust) {
  const std::size_t n = all.unknowns;
  std::vector<double> normal(n * n, 0.0);
  const double prior = 1 / (all.half * all.half);
  for (std::size_t i = 0; i < n; ++i) {
    normal[i * n + i] = prior;
  }
  const auto weight = [&](const Equation& row) {
    return 1 / std::max(1e-18, trust * trust * row.error * row.error);
  };
  for (const Equation& row : all.rows) {
    const double w = weight(row);
    for (const auto& [i, a] : row.cpu) {
      for (const auto& [j, b] : row.cpu) {
        normal[i * n + j] += w * a * b;
      }
    }
  }
  std::vector<double> x(n, 0.0);
  x[0] = all.own_cpu;
  if (!solve(normal, x)) {
    return std::nullopt;
  }
  // The target less the weighted sum of the equations: what is left of every unknown.
  std::vector<double> left(n, 0.0);
  left[0] = all.own_cpu;
  double joules = 0;
  double radius = 0;
  for (const Equation& row : all.rows) {
    double lambda = 0;
    for (const auto& [i, a] : row.cpu) {
      lambda += a * x[i];
    }
    lambda *= weight(row);
    joules += lambda * row.joules;
    radius += std::abs(lambda) * row.error;
    for (const auto& [i, a] : row.cpu) {
      left[i] -= lambda * a;
    }
  }
  for (const double rest : left) {
    joules += rest * all.centre;
    radius += std::abs(rest) * all.half;
  }
  return Interval{joules - radius, joules + radius};
}

}  // namespace

void SteadyRates::add(RateRow row) {
  rows_.push_back(std::move(row));
  if (rows_.size() > options_.rows) {
    for (const auto& [id, time] : rows_.front().cpu) {
      cut_short_.insert(id);
    }
    rows_.pop_front();
  }
}

std::optional<Interval> SteadyRates::joules(std::uint64_t window) const {
  const auto has = [&](const RateRow& row) {
    return std::any_of(row.cpu.begin(), row.cpu.end(),
                       [&](const auto& one) { return one.first == window; });
  };
  const auto first = std::find_if(rows_.begin(), rows_.end(), has);
  const auto last = std::find_if(rows_.rbegin(), rows_.rend(), has).base();
  if (first == rows_.end() || last - first < 2 || cut_short_.contains(window)) {
    return std::nullopt;
  }
  const auto begin = first - std::min<std::ptrdiff_t>(kAround, first - rows_.begin());

  // The band: every row's mean watts of a CPU-second lie within it.
  Interval band{0, INFINITY};
  for (auto row = begin; row != last; ++row) {
    Interval cpu = row->other;
    for (const auto& [id, time] : row->cpu) {
      cpu += time;
    }
    if (cpu.lower <= 0) {
      continue;
    }
    band.lower = std::max(band.lower, row->joules.lower / cpu.upper / options_.ratio);
    band.upper = std::min(band.upper, row->joules.upper / cpu.lower * options_.ratio);
  }
  if (!(band.lower < band.upper) || !std::isfinite(band.upper)) {
    return std::nullopt;
  }

  Equations all{.centre = middle(band), .half = band.width() / 2};
  std::map<std::uint64_t, std::size_t> unknown = {{window, 0}};
  for (auto row = begin; row != last; ++row) {
    Equation equation{.joules = middle(row->joules) - middle(row->other) * all.centre,
                      .error = row->joules.width() / 2 + options_.steadiness * row->joules.upper +
                               middle(row->other) * all.half + row->other.width() / 2 * band.upper};
    for (const auto& [id, time] : row->cpu) {
      if (unknown.size() >= kUnknowns && !unknown.contains(id)) {
        // One that is not solved for is like the others of the host.
        equation.joules -= middle(time) * all.centre;
        equation.error += middle(time) * all.half + time.width() / 2 * band.upper;
        continue;
      }
      const std::size_t index = unknown.emplace(id, unknown.size()).first->second;
      equation.cpu.emplace_back(index, middle(time));
      equation.error += time.width() / 2 * band.upper;
      if (index == 0) {
        all.own_cpu += middle(time);
        all.own_error += time.width() / 2 * band.upper;
      }
    }
    all.rows.push_back(std::move(equation));
  }
  all.unknowns = unknown.size();

  std::optional<Interval> joules;
  for (const double trust : {1.0, 0.3, 0.1}) {
    const std::optional<Interval> one = bound(all, trust);
    if (!one) {
      continue;
    }
    if (joules && (one->lower > joules->upper || one->upper < joules->lower)) {
      return std::nullopt;
    }
    joules = joules ? common(*joules, *one) : *one;
  }
  if (joules) {
    const double drift = options_.steadiness * joules->upper + all.own_error;
    joules = Interval{std::max(0.0, joules->lower - drift), joules->upper + drift};
  }
  return joules;
}

}  // namespace evolt
