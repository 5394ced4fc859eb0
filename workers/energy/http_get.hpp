#pragma once

#include "core/units.hpp"

#include <absl/status/statusor.h>

#include <string>

namespace evolt {

/// One question to a web server.
struct HttpRequest {
  std::string url;   ///< `https://bmc.example/redfish/v1/`; `http://` to this host only
  std::string user;  ///< empty: none is named
  std::string password;
  std::string ca_file;  ///< certificates to trust, PEM; empty: the system's
  Seconds patience{5};  ///< for the whole of it
};

struct HttpReply {
  int status = 0;
  std::string body;  ///< at most 1 MiB
};

/// Asks once, and follows nothing. The certificate and its name are always checked. Never throws.
/// Errors: invalid_argument: the URL, or plain http to another host; not_found: no such CA file;
/// deadline_exceeded; unavailable: everything else, a certificate that is not trusted included.
/// Thread: any; blocks it.
absl::StatusOr<HttpReply> http_get(const HttpRequest& request);

}  // namespace evolt
