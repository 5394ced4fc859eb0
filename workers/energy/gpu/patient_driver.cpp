#include "workers/energy/gpu/patient_driver.hpp"

#include "workers/energy/call_thread.hpp"
#include "workers/text.hpp"

#include <utility>

namespace evolt {
namespace {

absl::Status too_late(Seconds patience) {
  return absl::DeadlineExceededError(
      concat("the driver of the GPUs has not answered for ", patience.value, " s"));
}

class PatientDriver final : public GpuDriver {
 public:
  PatientDriver(std::unique_ptr<CallThread> thread, std::shared_ptr<GpuDriver> inner,
                Seconds patience)
      : thread_(std::move(thread)), inner_(std::move(inner)), patience_(patience) {}
  PatientDriver(const PatientDriver&) = delete;
  PatientDriver& operator=(const PatientDriver&) = delete;
  ~PatientDriver() override {
    // Closing it may hang, too.
    thread_->run([inner = std::move(inner_)]() mutable { inner.reset(); }, patience_);
  }

  absl::StatusOr<std::vector<GpuDevice>> devices() override {
    return ask<absl::StatusOr<std::vector<GpuDevice>>>(
        [](GpuDriver& driver) { return driver.devices(); });
  }
  absl::StatusOr<PowerLimits> limits(const std::string& uuid) override {
    return ask<absl::StatusOr<PowerLimits>>(
        [uuid](GpuDriver& driver) { return driver.limits(uuid); });
  }
  absl::Status set_limit(const std::string& uuid, Watts limit) override {
    return ask<absl::Status>(
        [uuid, limit](GpuDriver& driver) { return driver.set_limit(uuid, limit); });
  }
  absl::StatusOr<double> temperature(const std::string& uuid) override {
    return ask<absl::StatusOr<double>>(
        [uuid](GpuDriver& driver) { return driver.temperature(uuid); });
  }
  absl::StatusOr<std::vector<GpuProcess>> processes(const std::string& uuid,
                                                    std::uint64_t since_us) override {
    return ask<absl::StatusOr<std::vector<GpuProcess>>>(
        [uuid, since_us](GpuDriver& driver) { return driver.processes(uuid, since_us); });
  }

 private:
  template <typename Answer>
  Answer ask(std::function<Answer(GpuDriver&)> question) {
    auto answer = std::make_shared<Answer>(absl::UnknownError(""));
    const auto call = [answer, inner = inner_, question = std::move(question)] {
      *answer = question(*inner);
    };
    return thread_->run(call, patience_) ? *answer : Answer(too_late(patience_));
  }

  std::unique_ptr<CallThread> thread_;
  std::shared_ptr<GpuDriver> inner_;  // a call that hangs keeps it
  Seconds patience_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GpuDriver>> open_patiently(OpenGpuDriver open, Seconds patience) {
  using Opened = absl::StatusOr<std::unique_ptr<GpuDriver>>;
  auto thread = std::make_unique<CallThread>();
  auto opened = std::make_shared<Opened>(absl::UnknownError(""));
  if (!thread->run([opened, open = std::move(open)] { *opened = open(); }, patience)) {
    return too_late(patience);
  }
  if (!opened->ok()) {
    return opened->status();
  }
  return std::unique_ptr<GpuDriver>(std::make_unique<PatientDriver>(
      std::move(thread), std::shared_ptr<GpuDriver>(std::move(**opened)), patience));
}

}  // namespace evolt
