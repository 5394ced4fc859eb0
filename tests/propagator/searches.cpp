#include "tests/propagator/searches.hpp"

#include "propagator/proposer.hpp"
#include "tests/propagator/spaces.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace evolt::test {
double best_of(const SearchSpace& space, const MakePropagator& make, const Objective& objective,
               int budget, std::size_t slots, std::uint64_t seed) {
  const Encoding encoding(space);
  Archive archive(24);
  Seen seen;
  Rng rng{seed};
  Rng order{seed, 1};
  Proposer proposer(encoding, make(encoding), {.sampled = 10}, rng);
  std::vector<Individual> running;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < budget; ++i) {
    while (running.size() < slots) {
      auto offspring = proposer.propose(archive, seen, rng);
      if (!offspring) {
        return best;
      }
      const double score = objective(encoding.decode(offspring->genome));
      running.push_back(individual(seen.size(), {score}, offspring->genome));
      running.back().lineage = offspring->lineage;
      archive.expect(running.back().id, offspring->genome);
    }
    std::swap(running[order.below(running.size())], running.back());
    archive.resolve(running.back().id);
    archive.admit(running.back());
    proposer.observe(running.back());
    best = std::min(best, running.back().scores.front());
    running.pop_back();
  }
  return best;
}

std::vector<double> numbers(const Params& params) {
  std::vector<double> all;
  for (const auto& [name, value] : params) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      all.push_back(static_cast<double>(*whole));
    } else if (const auto* real = std::get_if<double>(&value)) {
      all.push_back(*real);
    }
  }
  return all;
}

double sphere(const Params& params) {
  double sum = 0;
  for (const double x : numbers(params)) {
    sum += (x - 1.7) * (x - 1.7);
  }
  return sum;
}

double ellipsoid(const Params& params) {
  const std::vector<double> x = numbers(params);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double axis = std::pow(1e6, static_cast<double>(i) / static_cast<double>(x.size() - 1));
    sum += axis * (x[i] - 1.7) * (x[i] - 1.7);
  }
  return sum;
}

double rosenbrock(const Params& params) {
  const std::vector<double> x = numbers(params);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double bend = x[i] * x[i] - x[i + 1];
    sum += 100 * bend * bend + (x[i] - 1) * (x[i] - 1);
  }
  return sum;
}

double median_best(const SearchSpace& space, const MakePropagator& make, const Objective& objective,
                   int budget, std::size_t slots) {
  std::vector<double> found;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    found.push_back(best_of(space, make, objective, budget, slots, seed));
  }
  std::sort(found.begin(), found.end());
  return found[4];
}

}  // namespace evolt::test
