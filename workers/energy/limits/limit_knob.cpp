#include "workers/energy/limits/limit_knob.hpp"

#include "workers/text.hpp"

#include <utility>

namespace evolt {
namespace {

class GpuKnob final : public LimitKnob {
 public:
  GpuKnob(GpuDriver& driver, std::string uuid)
      : driver_(driver), uuid_(std::move(uuid)), name_(concat("gpu:", uuid_)) {}

  const std::string& name() const override { return name_; }
  absl::StatusOr<PowerLimits> limits() override { return driver_.limits(uuid_); }

  absl::Status set(Watts limit) override {
    absl::Status status = driver_.set_limit(uuid_, limit);
    if (absl::IsPermissionDenied(status)) {
      return absl::PermissionDeniedError(
          concat(std::string(status.message()), "; only root may set power limits of GPUs"));
    }
    return status;
  }

 private:
  GpuDriver& driver_;
  std::string uuid_;
  std::string name_;
};

}  // namespace

std::unique_ptr<LimitKnob> make_gpu_knob(GpuDriver& driver, const std::string& uuid) {
  return std::make_unique<GpuKnob>(driver, uuid);
}

}  // namespace evolt
