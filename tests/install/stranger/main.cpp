#include <cstdio>
#include <service/library/minimize.hpp>
#include <service/search/ask_tell.hpp>

int main() {
  const evolt::SearchSpace space({{"x", evolt::FloatDomain{.low = -1, .high = 1}, {}}});
  const auto square = [](const evolt::Params& params) {
    const double x = std::get<double>(*evolt::find(params, "x"));
    return x * x;
  };
  const auto best = evolt::minimize(space, square, {.trials = 60, .seed = 1});
  if (!best.ok() || best->trials != 60 || best->value > 0.1) {
    return 1;
  }
  evolt::Study study;
  study.space = space;
  study.objective.minimize = {"loss"};
  evolt::AskTell search(study);
  const auto asked = search.ask();
  if (!asked || !search.tell(asked->trial, {{"loss", 0.5}}).ok()) {
    return 1;
  }
  std::printf("minimum %g\n", best->value);
  return 0;
}
