#include "service/run/conclusion.hpp"

namespace evolt {

Conclusion conclude(const std::optional<Halt>& ending, const absl::Status& status) {
  const Halt halt = ending.value_or(Halt{EndReason::failed, "the run broke off"});
  Conclusion conclusion{.message = halt.text};
  switch (halt.reason) {
    case EndReason::complete:
      break;
    case EndReason::exhausted:
      conclusion.message = "every configuration of the space has been tried";
      break;
    case EndReason::seconds:
    case EndReason::joules:
    case EndReason::gain:
      break;  // a budget that is used, like that of trials
    case EndReason::interrupted:
      conclusion.code = ExitCode::work_left;
      break;
    case EndReason::failed:
      conclusion.code = ExitCode::held;
      break;
  }
  if (!status.ok()) {
    conclusion.code = absl::IsAborted(status) ? ExitCode::try_again : ExitCode::storage;
    conclusion.message = std::string(status.message());
  }
  return conclusion;
}

ExitCode exit_code_of(const absl::Status& status) {
  return absl::IsUnavailable(status) ? ExitCode::served_elsewhere : ExitCode::storage;
}

}  // namespace evolt
