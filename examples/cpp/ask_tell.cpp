// The library used directly, with the loop in your own hands: ask, evaluate, report, tell.
//
//   build/release/bin/example_ask_tell
#include "service/search/ask_tell.hpp"

#include <cstdio>

int main() {
  const evolt::Study study = evolt::parse_study(R"(
    [study]
    seed = 1
    [budget]
    trials = 200
    [trial]
    steps = 10
    [objective]
    maximize = "accuracy"
    [param]
    lr    = { type = "float", low = 1e-5, high = 1, scale = "log" }
    depth = { type = "int", low = 1, high = 8 }
  )",
                                                "ask_tell.toml");
  evolt::AskTell search(study);
  int stopped = 0;
  while (const auto asked = search.ask()) {
    const double lr = std::get<double>(*evolt::find(asked->params, "lr"));
    const auto depth =
        static_cast<double>(std::get<std::int64_t>(*evolt::find(asked->params, "depth")));
    double accuracy = 0;
    for (int epoch = 1; epoch <= 10; ++epoch) {  // here your own training
      accuracy = (1 - 10 * (lr - 0.01) * (lr - 0.01) - 0.01 * (depth - 5) * (depth - 5)) *
                 (1 - 0.5 / epoch);
      const auto verdict = search.report(asked->trial, epoch, {{"accuracy", accuracy}});
      if (verdict.ok() && verdict->stops()) {
        ++stopped;
        break;
      }
    }
    if (!search.tell(asked->trial, {{"accuracy", accuracy}}).ok()) {
      return 1;
    }
  }
  const evolt::LedgerTrial* const best = search.ledger().best();
  if (best == nullptr) {
    return 1;
  }
  const double accuracy = search.ledger().in_users_sign(0, best->result->scores.front());
  std::printf("trial %lld: accuracy %.4f; %d of %lld stopped early\n",
              static_cast<long long>(best->number), accuracy, stopped,
              static_cast<long long>(search.ledger().counts().total));
  return accuracy > 0.94 && stopped > 0 ? 0 : 1;
}
