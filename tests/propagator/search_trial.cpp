#include "tests/propagator/search_trial.hpp"

#include "propagator/catalogue.hpp"
#include "propagator/proposer.hpp"
#include "tests/propagator/spaces.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace evolt::test {
namespace {

double number(const Params& params, const char* name) {
  const Value& value = *find(params, name);
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

double best_of(const SearchSpace& space, const std::string& name,
               double (*objective)(const Params&), int budget, std::uint64_t seed) {
  constexpr std::size_t kSlots = 4;
  const Encoding encoding(space);
  Archive archive(24);
  Seen seen;
  Rng rng{seed};
  Proposer proposer(encoding, make_propagator(name, encoding), {.sampled = 20}, rng);
  double best = std::numeric_limits<double>::infinity();
  std::deque<Individual> running;
  for (int i = 0; i < budget; ++i) {
    const auto offspring = proposer.propose(archive, seen, rng);
    const double score = objective(encoding.decode(offspring->genome));
    Individual one = individual(static_cast<std::uint64_t>(i), {score}, offspring->genome);
    one.lineage = offspring->lineage;
    archive.expect(one.id, one.genome);
    running.push_back(std::move(one));
    if (running.size() == kSlots) {
      const Individual& done = running.front();
      best = std::min(best, done.scores.front());
      archive.resolve(done.id);
      proposer.observe(done);
      archive.admit(done);
      running.pop_front();
    }
  }
  return best;
}

}  // namespace

double branches(const Params& params) {
  const auto& model = std::get<std::string>(*find(params, "model"));
  double loss = std::abs(std::log10(number(params, "lr") / 0.003)) +
                std::abs(std::log2(number(params, "batch") / 32)) / 4;
  if (std::get<bool>(*find(params, "scaled"))) {
    loss += std::abs(number(params, "shift") - 0.4);
  } else {
    loss += 0.5;
  }
  if (model == "tree") {
    return loss + 0.6 + std::abs(number(params, "depth") - 11) / 20;
  }
  if (model == "kernel") {
    return loss + 0.3 + std::abs(std::log10(number(params, "gamma")) + 2) / 4;
  }
  loss += std::abs(number(params, "layers") - 4) / 5 + std::abs(number(params, "dropout") - 0.35);
  return loss + (number(params, "layers") >= 2 && number(params, "width") == 128 ? 0 : 0.3);
}

double median_best(const SearchSpace& space, const std::string& name,
                   double (*objective)(const Params&), int budget) {
  std::vector<double> found;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    found.push_back(best_of(space, name, objective, budget, seed));
  }
  std::sort(found.begin(), found.end());
  return found[4];
}

}  // namespace evolt::test
