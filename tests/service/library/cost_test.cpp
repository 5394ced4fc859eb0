// What a trial costs as a study grows, counted in memory that is asked for: the same on every
// machine, and whoever copies or rebuilds what is known of all trials asks for more and more.
// Figures of time: benchmarks/ask_tell_bench and benchmarks/search_bench.
#include "service/search/ask_tell.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {

struct Memory {
  double calls = 0;
  double bytes = 0;
};

thread_local Memory asked_for;

void* count(std::size_t size) {
  asked_for.calls += 1;
  asked_for.bytes += static_cast<double>(size);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return count(size);
}
void* operator new[](std::size_t size) {
  return count(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace evolt {
namespace {

Study study_of(const char* propagator) {
  Study study;
  study.name = "cost";
  study.seed = 3;
  study.budget.trials = 1'000'000;
  study.objective.minimize = {"loss"};
  study.stopper.kind = "median";
  study.trial.steps = 3;
  study.search.propagator = std::string(propagator);
  std::vector<Parameter> parameters;
  for (int i = 0; i < 8; ++i) {
    parameters.push_back({"x" + std::to_string(i), FloatDomain{.low = -5, .high = 5}, {}});
  }
  study.space = SearchSpace(std::move(parameters));
  return study;
}

/// Trials from now on until `until` are known.
void go_on(AskTell& search, std::int64_t until) {
  while (search.ledger().counts().total < until) {
    const auto asked = search.ask();
    if (!asked) {
      FAIL("the search ended");
    }
    double loss = 0;
    for (const auto& [name, value] : asked->params) {
      loss += std::get<double>(value) * std::get<double>(value);
    }
    bool stopped = false;
    for (std::int64_t step = 1; step <= 3 && !stopped; ++step) {
      stopped =
          search.report(asked->trial, step, {{"loss", loss + 1.0 / static_cast<double>(step)}})
              ->stops();
    }
    if (!search.tell(asked->trial, {{"loss", loss}}).ok()) {
      FAIL("a result was refused");
    }
  }
}

/// Of each of the next `count` trials.
Memory mean_cost(AskTell& search, std::int64_t count) {
  const Memory before = asked_for;
  go_on(search, search.ledger().counts().total + count);
  const auto n = static_cast<double>(count);
  return {(asked_for.calls - before.calls) / n, (asked_for.bytes - before.bytes) / n};
}

TEST_CASE("cost: a trial asks for as much memory among many trials as among a thousand",
          "[service]") {
  const auto [propagator, most] = GENERATE(table<const char*, std::int64_t>(
      {{"evolution", 100'000}, {"pso", 100'000}, {"cma_es_basic", 100'000}, {"bandit", 10'000}}));
  CAPTURE(propagator);
  AskTell search(study_of(propagator));
  go_on(search, 1'000);
  const Memory early = mean_cost(search, 1'000);
  go_on(search, most - 5'000);
  const Memory late = mean_cost(search, 5'000);
  CAPTURE(early.calls, late.calls, early.bytes, late.bytes);
  CHECK(late.calls < 2 * early.calls);
  // Containers that double when they are full are paid for by the trials that filled them.
  CHECK(late.bytes < 4 * early.bytes);
}

}  // namespace
}  // namespace evolt
