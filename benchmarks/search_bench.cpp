// What an ask and a tell cost, whatever is known already: CPU time through the same search that
// `evolt run` and `evolt stdio` use, its ledger included. Space: 10 parameters, mixed and
// conditional. By the portfolio (`default`), and by the genetic algorithm (`evolution`).
#include "service/search/ask_tell.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace evolt;

constexpr const char* kStudy = R"(
[study]
seed = 1
[budget]
trials = 1000000000
[objective]
minimize = "loss"
[stopper]
kind = "none"
[islands]
count = 2
[param]
kind  = { type = "choice", values = ["svm", "net", "tree"] }
c     = { type = "float", low = 1e-3, high = 1e3, scale = "log", when = { kind = "svm" } }
gamma = { type = "float", low = 1e-5, high = 1, scale = "log", when = { kind = "svm" } }
depth = { type = "int", low = 1, high = 8, when = { kind = ["net", "tree"] } }
width = { type = "int", low = 8, high = 1024, scale = "log", when = { kind = "net" } }
rate  = { type = "float", low = 1e-5, high = 1, scale = "log", when = { kind = "net" } }
drop  = { type = "float", low = 0, high = 0.6, when = { kind = "net" } }
leaf  = { type = "int", low = 1, high = 100, scale = "log", when = { kind = "tree" } }
size  = { type = "ordinal", values = [16, 32, 64, 128, 256] }
decay = { type = "float", low = 1e-7, high = 1e-1, scale = "log" }
)";

double loss_of(const Params& params) {
  double loss = 0;
  for (const auto& [name, value] : params) {
    if (const auto* real = std::get_if<double>(&value)) {
      loss += std::abs(std::log(*real + 1e-9) + 3);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      loss += std::abs(std::log(static_cast<double>(*whole)) - 3);
    }
  }
  return loss;
}

void ask_tell(AskTell& search) {
  const auto asked = search.ask();
  benchmark::DoNotOptimize(search.tell(asked->trial, {{"loss", loss_of(asked->params)}}).ok());
}

/// A search that knows `known` trials; kept between runs, so that filling it up is paid once.
AskTell& search_knowing(const std::string& propagator, std::int64_t known) {
  static std::map<std::pair<std::string, std::int64_t>, std::unique_ptr<AskTell>> searches;
  std::unique_ptr<AskTell>& search = searches[{propagator, known}];
  if (search == nullptr || search->ledger().counts().total > known + known / 10 + 2000) {
    search = std::make_unique<AskTell>(
        parse_study(kStudy, "bench.toml", {"search.propagator=" + propagator}));
    while (search->ledger().counts().total < known) {
      ask_tell(*search);
    }
  }
  return *search;
}

void ask_and_tell(benchmark::State& state, const std::string& propagator) {
  AskTell& search = search_knowing(propagator, state.range(0));
  for (auto _ : state) {
    ask_tell(search);
  }
}
void sizes(benchmark::internal::Benchmark* each) {
  each->Arg(1'000)
      ->Arg(10'000)
      ->Arg(100'000)
      ->Iterations(1'000)
      ->Repetitions(9)
      ->ReportAggregatesOnly()
      ->ComputeStatistics(
          "min",
          [](const std::vector<double>& all) { return *std::min_element(all.begin(), all.end()); })
      ->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(ask_and_tell, evolution, "evolution")->Apply(sizes);
BENCHMARK_CAPTURE(ask_and_tell, portfolio, "default")->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
