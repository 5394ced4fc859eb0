#include "service/command/meter_terms.hpp"

#include "core/words.hpp"

#include <absl/status/status.h>

namespace evolt {

absl::StatusOr<MeterOptions> meter_terms(const MeterArguments& arguments) {
  MeterOptions options{.wanted = {.kinds = arguments.sensors,
                                  .scope = arguments.scope,
                                  .estimated = arguments.estimated,
                                  .redfish = {.url = arguments.redfish,
                                              .credentials_file = arguments.redfish_credentials,
                                              .ca_file = arguments.redfish_ca}}};
  if (arguments.tdp > 0) {
    options.wanted.model.tdp = Watts{arguments.tdp};
  }
  std::string known;
  for (const IdlePolicy policy : {IdlePolicy::reserved, IdlePolicy::equal, IdlePolicy::busy,
                                  IdlePolicy::none, IdlePolicy::exclusive}) {
    if (word(policy) == arguments.idle) {
      options.idle = policy;
      return options;
    }
    known += (known.empty() ? "" : ", ") + std::string(word(policy));
  }
  return absl::InvalidArgumentError("--idle: there is no policy '" + arguments.idle +
                                    "'; known: " + known);
}

bool asks_for_terms(const MeterArguments& arguments) {
  const MeterArguments usual;
  return arguments.sensors != usual.sensors || arguments.scope != usual.scope ||
         arguments.idle != usual.idle || arguments.estimated || !arguments.redfish.empty();
}

}  // namespace evolt
