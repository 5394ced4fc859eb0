// Starts one trial and then runs its loop until it is killed: orphan_maker DIR COMMAND...
#include "workers/make_executor.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace {

class Silent final : public evolt::TrialObserver {
 public:
  evolt::Verdict on_measurement(const evolt::TrialId&, std::int32_t,
                                const evolt::Measurement&) override {
    return {};
  }
  void on_outcome(const evolt::TrialId&, std::int32_t, const evolt::Outcome&) override {}
  void on_lost(const evolt::TrialId&, std::int32_t, std::string_view,
               const evolt::Usage&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    return 2;
  }
  evolt::TrialSpec spec;
  spec.directory = argv[1];
  spec.study_dir = std::string(argv[1]) + "/study";
  spec.command.assign(argv + 2, argv + argc);
  spec.slots = 1;
  boost::asio::io_context loop;
  auto executor = evolt::make_executor(loop, spec);
  if (!executor.ok()) {
    std::fprintf(stderr, "%s\n", executor.status().ToString().c_str());
    return 1;
  }
  Silent silent;
  evolt::Trial trial;
  trial.id = {1, 0, 1};
  evolt::Attempt attempt;
  attempt.trial = trial.id;
  const absl::Status status = (*executor)->start(trial, attempt, silent);
  if (!status.ok()) {
    return 1;
  }
  loop.run();
  return 0;
}
