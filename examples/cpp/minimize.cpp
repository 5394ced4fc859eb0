// The library used directly: find where a function is smallest.
//
//   build/release/bin/example_minimize
//
// Start it again with a directory as argument, and it goes on where it stopped.
#include "service/library/minimize.hpp"

#include <cmath>
#include <cstdio>

int main(int argc, char** argv) {
  const evolt::SearchSpace space({
      {"x", evolt::FloatDomain{.low = -5, .high = 5}, {}},
      {"rate", evolt::FloatDomain{.low = 1e-5, .high = 1, .scale = evolt::Scale::log}, {}},
      {"layers", evolt::IntDomain{.low = 1, .high = 8}, {}},
  });
  const auto function = [](const evolt::Params& params) {
    const double x = std::get<double>(*evolt::find(params, "x"));
    const double rate = std::get<double>(*evolt::find(params, "rate"));
    const auto layers = static_cast<double>(std::get<std::int64_t>(*evolt::find(params, "layers")));
    return (x - 1) * (x - 1) + std::pow(std::log10(rate) + 3, 2) + std::abs(layers - 4);
  };
  const auto best = evolt::minimize(
      space, function,
      {.trials = 500, .seed = 1, .slots = 2, .islands = 2, .directory = argc > 1 ? argv[1] : ""});
  if (!best.ok()) {
    std::fprintf(stderr, "%s\n", std::string(best.status().message()).c_str());
    return 1;
  }
  std::printf("%.6f after %lld evaluations at", best->value, static_cast<long long>(best->trials));
  for (const auto& [name, value] : best->params) {
    std::printf(" %s=%s", name.c_str(), evolt::to_text(value).c_str());
  }
  std::printf("\n");
  return best->value < 0.1 ? 0 : 1;
}
