#include "workers/energy/redfish.hpp"

#include "tests/workers/energy/fixture_host.hpp"
#include "tests/workers/energy/loopback_server.hpp"
#include "workers/energy/http_get.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <mutex>
#include <string>

namespace evolt {
namespace {

const std::string kPower = R"({"PowerControl":[{"Name":"System","PowerConsumedWatts":344,
  "PowerMetrics":{"IntervalInMin":1,"AverageConsumedWatts":320}}]})";

/// A controller whose replies the test changes.
struct Controller {
  std::mutex mutex;
  std::map<std::string, std::string> replies = {
      {"/redfish/v1/Chassis",
       http_reply(200, R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]})")},
      {"/redfish/v1/Chassis/1/Power", http_reply(200, kPower)}};
  std::string all;  ///< instead
  LoopbackServer server{[this](const std::string& head) {
    const std::lock_guard lock(mutex);
    const std::string path = head.substr(4, head.find(' ', 4) - 4);
    return !all.empty() ? all : replies.count(path) > 0 ? replies.at(path) : http_reply(404, "{}");
  }};
  FixtureHost host;

  void reply(const std::string& path, const std::string& text) {
    const std::lock_guard lock(mutex);
    replies[path] = text;
  }
  RedfishOptions options() { return {.url = server.url(), .period = Seconds{3600}}; }
  FoundSensor find() { return find_redfish(options(), host.clock()); }
};

ReadStatus status_of(const std::string& body) {
  double watts = -1;
  const ReadStatus status = read_redfish_power(body, watts);
  CHECK((status == ReadStatus::ok) == (watts > 0));
  return status;
}

TEST_CASE("redfish: watts are a number, wherever they stand", "[workers][energy]") {
  double watts = 0;
  CHECK(read_redfish_power(kPower, watts) == ReadStatus::ok);
  CHECK(watts == 344);
  CHECK(read_redfish_power(R"({"PowerControl":[{},{"PowerConsumedWatts":"212"}]})", watts) ==
        ReadStatus::ok);
  CHECK(watts == 212);
  CHECK(read_redfish_power(R"({"PowerWatts":{"Reading":181.5}})", watts) == ReadStatus::ok);
  CHECK(watts == 181.5);
}

TEST_CASE("redfish: no watts yet is stale, junk is suspect, and neither is 0 W",
          "[workers][energy]") {
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":0}]})") == ReadStatus::stale);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":null}]})") == ReadStatus::stale);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":"0"}]})") == ReadStatus::stale);
  CHECK(status_of(R"({"PowerControl":[]})") == ReadStatus::not_supported);
  CHECK(status_of("{}") == ReadStatus::not_supported);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":-5}]})") == ReadStatus::suspect);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":1e9}]})") == ReadStatus::suspect);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":"much"}]})") == ReadStatus::suspect);
  CHECK(status_of(R"({"PowerControl":[{"PowerConsumedWatts":[1]}]})") == ReadStatus::suspect);
  CHECK(status_of("<html>") == ReadStatus::suspect);
  CHECK(status_of("") == ReadStatus::suspect);
}

TEST_CASE("redfish: the power of the first chassis", "[workers][energy]") {
  Controller controller;
  const FoundSensor found = controller.find();
  REQUIRE(found.sensor);
  const EnergyChannel& channel = found.sensor->channels()[0];
  CHECK(channel.name == "redfish:node");
  CHECK(channel.part == EnergyPart::node);
  CHECK(channel.label == EnergyLabel::sampled);
  const auto reading = read_all(*found.sensor)[0];
  CHECK(reading.status == ReadStatus::ok);
  CHECK(static_cast<double>(reading.raw) * channel.unit == Approx(344));
}

TEST_CASE("redfish: newer controllers tell by EnvironmentMetrics", "[workers][energy]") {
  Controller controller;
  controller.reply("/redfish/v1/Chassis/1/Power", http_reply(404, "{}"));
  CHECK(controller.find().sensor == nullptr);
  controller.reply("/redfish/v1/Chassis/1/EnvironmentMetrics",
                   http_reply(200, R"({"PowerWatts":{"Reading":90}})"));
  const FoundSensor found = controller.find();
  REQUIRE(found.sensor);
  CHECK(read_all(*found.sensor)[0].raw == 90'000);
}

TEST_CASE("redfish: a chassis that is named is asked at once", "[workers][energy]") {
  Controller controller;
  RedfishOptions options = controller.options();
  options.url += "/";
  options.chassis = "/redfish/v1/Chassis/1";
  CHECK(find_redfish(options, controller.host.clock()).sensor != nullptr);
  CHECK(controller.server.heads().at(0).starts_with("GET /redfish/v1/Chassis/1/Power HTTP/1.1"));
}

TEST_CASE("redfish: nobody is asked unless it is wanted", "[workers][energy]") {
  const FixtureHost host;
  const FoundSensor found = find_redfish({}, host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).reason == "not asked for: no URL is configured");
}

TEST_CASE("redfish: what goes wrong is told", "[workers][energy]") {
  Controller controller;
  std::string expected;
  std::string fix;
  SECTION("not allowed") {
    controller.all = http_reply(401, "{}");
    expected = "permission denied";
    fix = "user:password";
  }
  SECTION("busy") {
    controller.all = http_reply(503, "");
    expected = "no fresh value";
  }
  SECTION("no Redfish there") {
    controller.all = http_reply(404, "");
    expected = "not supported";
  }
  SECTION("not HTTP") {
    controller.all = "SSH-2.0\r\n\r\n";
    expected = "no fresh value";
  }
  SECTION("no chassis") {
    controller.reply("/redfish/v1/Chassis", http_reply(200, R"({"Members":[]})"));
    expected = "names no chassis";
  }
  SECTION("a chassis that would lead elsewhere") {
    controller.reply("/redfish/v1/Chassis",
                     http_reply(200, R"({"Members":[{"@odata.id":".evil.example/"}]})"));
    expected = "which is no path";
  }
  SECTION("too long a reply") {
    controller.all = http_reply(200, std::string(2 << 20, ' '));
    expected = "no fresh value";
  }
  const FoundSensor found = controller.find();
  CHECK(found.sensor == nullptr);
  CHECK_FALSE(found.findings.at(0).readable);
  CHECK(found.findings[0].reason.find(expected) != std::string::npos);
  CHECK(found.findings[0].fix.find(fix) != std::string::npos);
}

TEST_CASE("redfish: a value that never changes is stale in the end", "[workers][energy]") {
  Controller controller;
  RedfishOptions options = controller.options();
  options.period = Seconds{0.001};
  options.fresh = Seconds{-1};  // so that no time need pass
  FoundSensor found = find_redfish(options, controller.host.clock());
  CHECK(found.sensor == nullptr);
  CHECK(found.findings.at(0).reason.find("no fresh value") != std::string::npos);
}

TEST_CASE("redfish: a controller that does not answer is not waited for", "[workers][energy]") {
  LoopbackServer* self = nullptr;
  LoopbackServer server([&](const std::string&) {
    self->wait_for_end();
    return std::string();
  });
  self = &server;
  const auto reply = http_get({.url = server.url(), .patience = Seconds{0.02}});
  CHECK(absl::IsDeadlineExceeded(reply.status()));
}

TEST_CASE("redfish: the account comes from a file of its owner's", "[workers][energy]") {
  Controller controller;
  RedfishOptions options = controller.options();
  options.credentials_file = controller.host.at("/account");
  const auto find = [&] { return find_redfish(options, controller.host.clock()); };
  CHECK(find().findings.at(0).reason.find("there is no file") != std::string::npos);
  controller.host.write("/account", "reader:se:cret");
  CHECK(find().findings.at(0).fix == "chmod 600 " + options.credentials_file);
  CHECK(controller.server.heads().empty());
  const auto own = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  std::filesystem::permissions(options.credentials_file, own);
  CHECK(find().sensor != nullptr);
  // base64 of reader:se:cret
  CHECK(controller.server.heads().at(0).find("Authorization: Basic cmVhZGVyOnNlOmNyZXQ=\r\n") !=
        std::string::npos);
  controller.host.write("/account", GENERATE(as<std::string>{}, "", "reader", ":x", "a:b\nc:d"));
  std::filesystem::permissions(options.credentials_file, own);
  CHECK(find().findings.at(0).reason.find("user:password") != std::string::npos);
}

TEST_CASE("redfish: a certificate is checked, and so is its name", "[workers][energy]") {
  FixtureHost host;
  LoopbackServer server([](const std::string&) { return http_reply(200, "hello"); }, true);
  host.write("/ca.pem", server.certificate());
  const auto ask = [&](const std::string& name, const std::string& authority) {
    return http_get({.url = server.url(name), .ca_file = authority});
  };
  const auto reply = ask("localhost", host.at("/ca.pem"));
  REQUIRE(reply.ok());
  CHECK(reply->body == "hello");
  CHECK(absl::IsUnavailable(ask("localhost", "").status()));  // unknown to the system
  CHECK(absl::IsUnavailable(ask("127.0.0.1", host.at("/ca.pem")).status()));  // another name
  CHECK(absl::IsNotFound(ask("localhost", host.at("/none.pem")).status()));
  host.write("/junk.pem", "junk");
  CHECK(absl::IsUnavailable(ask("localhost", host.at("/junk.pem")).status()));
}

TEST_CASE("redfish: no password goes in the clear to another host", "[workers][energy]") {
  CHECK(absl::IsInvalidArgument(http_get({.url = "http://bmc.example/redfish"}).status()));
  const std::string url = GENERATE(as<std::string>{}, "", "bmc", "ftp://bmc", "https://",
                                   "https://a b/", "https://:443", "https://bmc:x/",
                                   "https://bmc:99999/", "https://me@bmc/", "https://[::1");
  CHECK(absl::IsInvalidArgument(http_get({.url = url}).status()));
  CHECK(absl::IsUnavailable(http_get({.url = "http://127.0.0.1:1/"}).status()));
}

}  // namespace
}  // namespace evolt
