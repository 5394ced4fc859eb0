// What a proposal costs each propagator, and what it costs to learn from a result, whatever is
// known already. The promise: 95 % of the proposals of the default take less than 100
// microseconds at 5,000 known trials and 20 parameters, those of evolution and differential
// evolution less than 5; flat from 1,000 to 100,000.
//
// Wall time of each call; p50 and p95 over the calls of one repetition, of repetitions the least
// (others use the machine too).
#include "propagator/catalogue.hpp"
#include "propagator/proposer.hpp"

#include <absl/strings/str_cat.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace evolt {
namespace {

SearchSpace numbers(int count) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < count; ++i) {
    parameters.push_back({absl::StrCat("x", i), FloatDomain{.low = -5, .high = 5}, {}});
  }
  return SearchSpace(std::move(parameters));
}

Condition when(std::string name, Value value) {
  return {.all = {{.param = std::move(name), .any_of = {std::move(value)}}}};
}

/// Choices, integers, levels and numbers, half of them under conditions.
SearchSpace mixed(int count) {
  const auto text = [](const char* word) { return Value(std::string(word)); };
  std::vector<Parameter> parameters{
      {"model", ChoiceDomain{{text("tree"), text("net"), text("kernel")}}, {}},
      {"scaled", ChoiceDomain{{true, false}}, {}}};
  for (int i = 2; i < count; ++i) {
    const std::string name = absl::StrCat("x", i);
    const Condition condition = i % 4 == 1   ? when("model", text("net"))
                                : i % 4 == 3 ? when("model", text("tree"))
                                             : Condition{};
    if (i % 3 == 0) {
      parameters.push_back({name, IntDomain{.low = 1, .high = 64, .scale = Scale::log}, condition});
    } else if (i % 7 == 0) {
      parameters.push_back({name, ChoiceDomain{{text("a"), text("b"), text("c")}}, condition});
    } else {
      parameters.push_back(
          {name, FloatDomain{.low = 1e-5, .high = 1, .scale = Scale::log}, condition});
    }
  }
  return SearchSpace(std::move(parameters));
}

/// The distance to a point of the encoded space.
double distance(const Encoding& encoding, const Genome& genome) {
  const ActiveMask mask = encoding.active_mask(genome);
  double sum = 0;
  for (std::size_t i = 0; i < genome.genes.size(); ++i) {
    const double off = encoding.choices(i) > 0 ? genome.genes[i] : genome.genes[i] - 0.4;
    sum += mask[i] ? off * off : 0.04;
  }
  return sum;
}

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

/// One island's search.
class Search {
 public:
  Search(SearchSpace space, const std::string& propagator)
      : encoding_(std::move(space)),
        proposer_(encoding_, make_propagator(propagator, encoding_), {.sampled = 20}, rng_) {}

  struct Cost {
    double propose = 0;
    double learn = 0;
  };

  Cost step() {
    const auto start = Clock::now();
    auto offspring = proposer_.propose(archive_, seen_, rng_);
    const auto proposed = Clock::now();
    Individual individual{.id = {.incarnation = 1, .rank = 0, .counter = known_++},
                          .genome = std::move(offspring->genome),
                          .scores = {},
                          .lineage = std::move(offspring->lineage)};
    individual.scores = {distance(encoding_, individual.genome)};
    const auto told = Clock::now();
    proposer_.observe(individual);
    archive_.admit(std::move(individual));
    return {microseconds(proposed - start), microseconds(Clock::now() - told)};
  }

  std::int64_t known() const { return static_cast<std::int64_t>(known_); }

 private:
  Encoding encoding_;
  Rng rng_{1, 2, 3};
  Archive archive_{24};
  Seen seen_;
  Proposer proposer_;
  std::uint64_t known_ = 0;
};

double quantile(std::vector<double>& values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Kept from size to size, so that filling it up is paid once.
Search& search_knowing(const std::string& propagator, SearchSpace (*space)(int), int parameters,
                       std::int64_t known) {
  static std::map<std::string, std::unique_ptr<Search>> searches;
  auto& search = searches[absl::StrCat(propagator, space == mixed ? " m" : " n", parameters)];
  if (search == nullptr || search->known() > known) {
    search = std::make_unique<Search>(space(parameters), propagator);
  }
  while (search->known() < known) {
    search->step();
  }
  return *search;
}

void proposals(benchmark::State& state, const std::string& propagator, SearchSpace (*space)(int)) {
  constexpr int kRepetitions = 5;
  constexpr int kSteps = 200;
  Search& search =
      search_knowing(propagator, space, static_cast<int>(state.range(0)), state.range(1));
  std::map<std::string, double> least;
  const auto keep = [&](const char* name, double value) {
    const auto [at, added] = least.try_emplace(name, value);
    at->second = std::min(at->second, value);
  };
  for (auto _ : state) {
    for (int repetition = 0; repetition < kRepetitions; ++repetition) {
      std::vector<double> propose;
      std::vector<double> learn;
      std::vector<double> both;
      for (int i = 0; i < kSteps; ++i) {
        const Search::Cost cost = search.step();
        propose.push_back(cost.propose);
        learn.push_back(cost.learn);
        both.push_back(cost.propose + cost.learn);
      }
      keep("propose_p50", quantile(propose, 0.5));
      keep("propose_p95", quantile(propose, 0.95));
      keep("learn_p50", quantile(learn, 0.5));
      keep("learn_p95", quantile(learn, 0.95));
      keep("both_p95", quantile(both, 0.95));
    }
  }
  for (const auto& [name, value] : least) {
    state.counters[name] = value;
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"parameters", "known"})->Iterations(1)->Unit(benchmark::kMillisecond);
  benchmark->ArgsProduct({{10, 20}, {1'000, 5'000, 20'000, 100'000}});
}

BENCHMARK_CAPTURE(proposals, default_numbers, "default", numbers)->Apply(sizes);
BENCHMARK_CAPTURE(proposals, default_mixed, "default", mixed)->Apply(sizes);
BENCHMARK_CAPTURE(proposals, evolution_mixed, "evolution", mixed)->Apply(sizes);
BENCHMARK_CAPTURE(proposals, differential_evolution_mixed, "differential_evolution", mixed)
    ->Apply(sizes);
BENCHMARK_CAPTURE(proposals, parzen_mixed, "parzen", mixed)->Apply(sizes);
BENCHMARK_CAPTURE(proposals, extra_trees_mixed, "extra_trees", mixed)->Apply(sizes);
BENCHMARK_CAPTURE(proposals, cma_es_numbers, "cma_es", numbers)->Apply(sizes);

}  // namespace
}  // namespace evolt

BENCHMARK_MAIN();
