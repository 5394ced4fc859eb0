#include "workers/energy/redfish.hpp"

#include "workers/energy/host_file.hpp"
#include "workers/energy/host_tree.hpp"
#include "workers/energy/http_get.hpp"
#include "workers/energy/polled_sensor.hpp"
#include "workers/energy/timed_read.hpp"
#include "workers/text.hpp"

#include <nlohmann/json.hpp>

#include <cassert>
#include <cmath>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace evolt {
namespace {

using nlohmann::json;

constexpr double kMostWatts = 100'000;  // of one chassis
constexpr double kMilliwatt = 1e-3;

ReadStatus status_of_http(int status) {
  if (status == 200) {
    return ReadStatus::ok;
  }
  if (status == 401 || status == 403) {
    return ReadStatus::no_permission;
  }
  if (status == 404 || status == 405 || status == 410) {
    return ReadStatus::not_supported;
  }
  return ReadStatus::stale;  // busy, restarting, too many requests
}

/// A number, also one that stands in a string.
ReadStatus read_watts(const json& value, double& watts) {
  double number = 0;
  if (value.is_null()) {
    return ReadStatus::stale;
  }
  if (value.is_number()) {
    number = value.get<double>();
  } else if (value.is_string()) {
    const auto read = read_whole<double>(strip(value.get_ref<const std::string&>()));
    if (!read) {
      return ReadStatus::suspect;
    }
    number = *read;
  } else {
    return ReadStatus::suspect;
  }
  if (number == 0) {
    return ReadStatus::stale;
  }
  if (!(number > 0 && number <= kMostWatts)) {
    return ReadStatus::suspect;
  }
  watts = number;
  return ReadStatus::ok;
}

/// Asks one controller.
class Controller {
 public:
  Controller(RedfishOptions options, Credentials credentials)
      : options_(std::move(options)),
        credentials_(std::move(credentials)),
        chassis_(options_.chassis) {
    while (options_.url.ends_with('/')) {
      options_.url.pop_back();
    }
  }

  ReadStatus ask(double& watts) {
    if (chassis_.empty()) {
      if (const ReadStatus status = find_chassis(); status != ReadStatus::ok) {
        return status;
      }
    }
    ReadStatus status = ReadStatus::not_supported;
    for (const char* resource : {"/Power", "/EnvironmentMetrics"}) {
      std::string body;
      status = get(chassis_ + resource, body);
      if (status == ReadStatus::ok) {
        status = read_redfish_power(body, watts);
      }
      if (status != ReadStatus::not_supported) {
        break;
      }
    }
    return status;
  }

  /// What went wrong last, in words.
  const std::string& trouble() const { return trouble_; }

 private:
  ReadStatus get(const std::string& path, std::string& body) {
    const auto reply = http_get({.url = options_.url + path,
                                 .user = credentials_.user,
                                 .password = credentials_.password,
                                 .ca_file = options_.ca_file,
                                 .patience = options_.patience});
    if (!reply.ok()) {
      trouble_ = std::string(reply.status().message());
      return absl::IsInvalidArgument(reply.status()) || absl::IsNotFound(reply.status())
                 ? ReadStatus::not_supported
                 : ReadStatus::stale;
    }
    trouble_ = concat(path, " answers ", reply->status);
    body = reply->body;
    return status_of_http(reply->status);
  }

  ReadStatus find_chassis() {
    std::string body;
    if (const ReadStatus status = get("/redfish/v1/Chassis", body); status != ReadStatus::ok) {
      return status;
    }
    const json list = json::parse(body, nullptr, false);
    const auto path = json::json_pointer("/Members/0/@odata.id");
    if (list.is_discarded() || !list.contains(path) || !list[path].is_string()) {
      trouble_ = "/redfish/v1/Chassis names no chassis";
      return ReadStatus::suspect;
    }
    const auto& named = list[path].get_ref<const std::string&>();
    if (!named.starts_with('/')) {  // it must not become part of the host's name
      trouble_ = "/redfish/v1/Chassis names '" + named + "', which is no path";
      return ReadStatus::suspect;
    }
    chassis_ = named;
    return ReadStatus::ok;
  }

  RedfishOptions options_;
  Credentials credentials_;
  std::string chassis_;
  std::string trouble_;
};

class RedfishSensor final : public EnergySensor {
 public:
  RedfishSensor(Controller controller, const RedfishOptions& options, const Clock& clock)
      : controller_(std::move(controller)), fresh_(options.fresh), clock_(clock) {
    channel_ = {.name = "redfish:node",
                .part = EnergyPart::node,
                .kind = EnergyChannel::Kind::power,
                .unit = kMilliwatt,
                .step = Seconds{60},  // the slowest refresh seen; it is not told
                .gain = 0.05,
                .label = EnergyLabel::sampled};
  }

  std::string_view name() const override { return "redfish"; }
  std::span<const EnergyChannel> channels() const override { return {&channel_, 1}; }

  void read(std::span<ChannelReading> readings) override {
    assert(readings.size() == 1);
    read_timed(clock_, readings[0], [&](std::uint64_t& raw) { return ask(raw); });
  }

  ReadStatus ask(std::uint64_t& raw) {
    double watts = 0;
    const ReadStatus status = controller_.ask(watts);
    if (status != ReadStatus::ok) {
      return status;
    }
    raw = static_cast<std::uint64_t>(std::llround(watts / kMilliwatt));
    const Seconds now = clock_.now();
    if (!changed_ || raw != last_) {
      last_ = raw;
      changed_ = now;
    }
    return now - *changed_ > fresh_ ? ReadStatus::stale : ReadStatus::ok;
  }

  const std::string& trouble() const { return controller_.trouble(); }

 private:
  EnergyChannel channel_;
  Controller controller_;
  const Seconds fresh_;
  const Clock& clock_;
  std::uint64_t last_ = 0;
  std::optional<Seconds> changed_;
};

std::string fix_for(ReadStatus status, const RedfishOptions& options) {
  if (status == ReadStatus::no_permission) {
    return options.credentials_file.empty()
               ? "name a file with user:password of an account that may read"
               : "check the account in " + options.credentials_file;
  }
  return "";
}

}  // namespace

ReadStatus read_redfish_power(std::string_view body, double& watts) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) {
    return ReadStatus::suspect;
  }
  const auto controls = answer.find("PowerControl");
  if (controls != answer.end() && controls->is_array()) {
    for (const json& control : *controls) {
      if (control.is_object() && control.contains("PowerConsumedWatts")) {
        return read_watts(control["PowerConsumedWatts"], watts);
      }
    }
  }
  const auto power = answer.find("PowerWatts");
  if (power != answer.end()) {
    const bool sensor = power->is_object() && power->contains("Reading");
    return read_watts(sensor ? (*power)["Reading"] : *power, watts);
  }
  return ReadStatus::not_supported;
}

absl::StatusOr<Credentials> read_credentials(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) {
    return absl::NotFoundError("there is no file " + path);
  }
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::PermissionDeniedError(path + " can be read by others");
  }
  const std::string text = text_in(path).value_or("");
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos || text.find('\n') != std::string::npos) {
    return absl::InvalidArgumentError(path + " does not hold one line user:password");
  }
  return Credentials{.user = text.substr(0, colon), .password = text.substr(colon + 1)};
}

FoundSensor find_redfish(const RedfishOptions& options, const Clock& clock) {
  FoundSensor found;
  SensorFinding finding{.name = "redfish:node"};
  const auto give_up = [&](std::string reason, std::string fix) {
    finding.reason = std::move(reason);
    finding.fix = std::move(fix);
    found.findings.push_back(std::move(finding));
    return std::move(found);
  };
  if (options.url.empty()) {
    return give_up("not asked for: no URL is configured", "");
  }
  Credentials credentials;
  if (!options.credentials_file.empty()) {
    auto read = read_credentials(options.credentials_file);
    if (!read.ok()) {
      return give_up(
          std::string(read.status().message()),
          absl::IsPermissionDenied(read.status()) ? "chmod 600 " + options.credentials_file : "");
    }
    credentials = *std::move(read);
  }
  auto sensor =
      std::make_unique<RedfishSensor>(Controller(options, std::move(credentials)), options, clock);
  std::uint64_t raw = 0;
  const ReadStatus status = sensor->ask(raw);
  if (status != ReadStatus::ok) {
    return give_up(concat(options.url, ": ", describe(status), " (", sensor->trouble(), ")"),
                   fix_for(status, options));
  }
  finding.readable = finding.used = true;
  found.sensor = poll_each(options.period, std::move(sensor), clock);
  found.findings.push_back(std::move(finding));
  return found;
}

}  // namespace evolt
