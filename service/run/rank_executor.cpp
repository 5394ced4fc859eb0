#include "service/run/rank_executor.hpp"

#include "service/run/trial_setup.hpp"
#include "workers/make_executor.hpp"

#include <string_view>

namespace evolt {
namespace {

/// Of a rank that lends its part of a host to the trials of another.
class IdleExecutor final : public Executor {
 public:
  std::size_t slots() const override { return 0; }
  absl::Status start(const Trial&, const Attempt&, TrialObserver&) override {
    return absl::FailedPreconditionError("this rank runs no trials of its own");
  }
  void stop(const TrialId&, std::string_view, StopFor) override {}
};

}  // namespace

absl::StatusOr<std::unique_ptr<Executor>> make_rank_executor(
    boost::asio::io_context& io, const Study& study, const std::string& directory,
    std::size_t slots, const std::optional<TrialGroups>& groups, RankId self,
    const TrialMeter& meter) {
  if (groups && !groups->leads(self)) {
    return std::make_unique<IdleExecutor>();
  }
  std::optional<TrialPlace> place;
  if (groups) {
    place = groups->place_of(self);
  }
  auto opened = meter.open();
  if (!opened.ok()) {
    return opened.status();
  }
  TrialSpec spec = make_trial_spec(study, directory, slots, place);
  spec.shortest_phase = meter.shortest_phase(spec.gpus > 0);
  return make_executor(io, spec, *std::move(opened), meter.counts_gpus());
}

}  // namespace evolt
