#include "core/config_error.hpp"
#include "tests/workers/harness.hpp"

namespace evolt::testing {
namespace {

std::string error_of(Bench& bench, absl::StatusCode code) {
  const auto made = make_executor(bench.loop, bench.spec);
  CHECK(made.status().code() == code);
  return std::string(made.status().message());
}

}  // namespace

TEST_CASE("make: an unknown command is refused before anything runs", "[workers]") {
  Bench bench;
  bench.spec.mode = GENERATE(StartMode::process, StartMode::server);
  bench.spec.command = {"no-such-program-here"};
  const std::string message = error_of(bench, absl::StatusCode::kNotFound);
  CHECK(message.find("no-such-program-here") != std::string::npos);
  CHECK(message.find("searched PATH: ") != std::string::npos);
}

TEST_CASE("make: the study's own PATH is the one that counts", "[workers]") {
  Bench bench;
  fs::create_directories(bench.dir / "tools");
  write(bench.dir / "tools/mine", "#!/bin/sh\necho '{\"loss\":1}'\n");
  fs::permissions(bench.dir / "tools/mine", fs::perms::owner_all);
  bench.spec.command = {"mine"};
  bench.spec.env = {"PATH=" + (bench.dir / "tools").string() + ":/bin:/usr/bin"};
  CHECK(bench.run().ending == Ending::finished);
}

TEST_CASE("make: a file that may not be executed is refused", "[workers]") {
  Bench bench;
  write(bench.dir / "train.sh", "#!/bin/sh\n");
  bench.spec.command = {"./train.sh"};
  CHECK(error_of(bench, absl::StatusCode::kPermissionDenied).find("chmod") != std::string::npos);
}

TEST_CASE("make: bad rules and helpers are refused", "[workers]") {
  Bench bench;
  bench.spec.command = {"/bin/true"};
  bench.spec.capture = {CaptureSpec::Kind::regex, "("};
  error_of(bench, absl::StatusCode::kInvalidArgument);
  bench.spec.mode = StartMode::server;
  bench.spec.capture = {CaptureSpec::Kind::file, "x"};
  CHECK(error_of(bench, absl::StatusCode::kInvalidArgument).find("server") != std::string::npos);
  bench.spec.capture = {};
  bench.spec.nanny = "/nowhere/nanny";
  CHECK(error_of(bench, absl::StatusCode::kNotFound).find("/nowhere/nanny") != std::string::npos);
  bench.spec.mode = StartMode::inproc;
  error_of(bench, absl::StatusCode::kUnimplemented);
}

TEST_CASE("make: a server's command cannot depend on a trial", "[workers]") {
  Bench bench;
  bench.spec.mode = StartMode::server;
  bench.spec.parameters = {"lr"};
  bench.spec.command = {"/bin/true", GENERATE(as<std::string>{}, "{params}", "--lr={lr}")};
  CHECK_THROWS_AS(make_executor(bench.loop, bench.spec), ConfigError);
}

TEST_CASE("make: GPUs of a slot are the only ones its trials see", "[workers]") {
  Bench bench;
  bench.spec.slots = 2;
  bench.spec.gpus = 1;
  ::setenv("CUDA_VISIBLE_DEVICES", "3,7", 1);
  bench.shell("echo \"{\\\"gpu\\\":$CUDA_VISIBLE_DEVICES}\"");
  bench.make();
  bench.spec.slots = 3;
  CHECK_THROWS_WITH(make_executor(bench.loop, bench.spec), Catch::Contains("--slots 2 fits"));
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  bench.start(make_trial(1), make_attempt(1, 0));
  bench.start(make_trial(2), make_attempt(2, 1));
  REQUIRE(bench.run_until([&] { return bench.witness.ends.size() == 2; }));
  for (const auto& end : bench.witness.ends) {
    CHECK(find(end.outcome->metrics, "gpu") == (end.trial.counter == 1 ? 3 : 7));
  }
}

TEST_CASE("make: slots by default follow the host", "[workers]") {
  Bench bench;
  bench.spec.slots = 0;
  bench.shell("exit 0");
  bench.make();
  CHECK(bench.executor->slots() >= 1);
}

}  // namespace evolt::testing
