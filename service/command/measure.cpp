#include "core/clock.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/command/meter_terms.hpp"
#include "service/measure/cards_in_use.hpp"
#include "service/measure/foreground_command.hpp"
#include "service/measure/measure_report.hpp"
#include "workers/allotment.hpp"
#include "workers/energy/meter/open_meter.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace evolt {
namespace {

constexpr Seconds kFind{30};       // for meters to be found
constexpr Seconds kAnswer{30};     // for a window to be closed
constexpr Seconds kMostBatch{60};  // of a command that is repeated until it is resolved
constexpr std::int64_t kMostExecutions = 10'000;

/// One command, measured again and again.
class Measurement {
 public:
  Measurement(const MeasureArguments& arguments, ForegroundCommand& foreground, SharedMeter* meter)
      : arguments_(arguments), foreground_(foreground), meter_(meter) {
    report_.command = arguments.command;
  }

  /// Waits for the meter. A signal meanwhile ends everything: its number.
  std::optional<int> prepare(const std::string& trouble) {
    report_.unmeasured = trouble;
    const Seconds end = clock_.now() + kFind;
    while (meter_ != nullptr && !view_ && clock_.now() < end) {
      view_ = meter_->look(Seconds{0.2});
      if (const std::optional<int> signal = foreground_.signal_within({})) {
        return signal;
      }
    }
    if (meter_ != nullptr && !view_) {
      report_.unmeasured = "another evolt holds this host's meters and does not answer";
    }
    if (view_) {
      report_.by = view_->by;
      report_.unmeasured = why_unmeasured(report_.by);
      const HostResources host =
          host_resources(process_environment(), gpu_sources(report_.by.devices.empty() ? 0 : 1));
      share_ = {.cores = static_cast<double>(host.cores),
                .devices = cards_in_use(report_.by.devices, host.visible)};
    }
    return std::nullopt;
  }

  /// Errors: as ForegroundCommand::run.
  absl::Status run() {
    for (std::int64_t i = 0; i < arguments_.repeat; ++i) {
      const absl::StatusOr<CommandEnd> end = once();
      if (!end.ok()) {
        return end.status();
      }
      report_.left = end->left;
      if (end->asked || end->code != 0) {
        break;  // further runs would be of something else
      }
    }
    return absl::OkStatus();
  }

  const MeasureReport& report() const { return report_; }

 private:
  bool measuring() const { return view_ && report_.unmeasured.empty(); }

  /// Runs it in one window, again until it is resolved if that is wanted.
  absl::StatusOr<CommandEnd> once() {
    const bool alone = !report_.left;  // nothing of an earlier run goes on
    MeasuredRun run{.executions = 0, .figure = {.missing = "nothing here measures energy"}};
    WindowId id = 0;
    if (measuring()) {
      // All that it starts comes back to us, and before it starts there is nobody else.
      const std::string program = std::filesystem::path(arguments_.command[0]).filename();
      id = meter_->open({.process = ::getpid(),
                         .share = share_,
                         .name = "measure/" + program,
                         .tree_only = true});
    }
    absl::StatusOr<CommandEnd> end = CommandEnd{};
    const Seconds begun = clock_.now();
    do {
      end = foreground_.run(arguments_.command);
      if (!end.ok()) {
        break;
      }
      ++run.executions;
      run.wall += end->wall;
      run.cpu += end->cpu;
      run.code = end->code;
    } while (wants_more(*end, id, run.executions, clock_.now() - begun));
    if (measuring()) {
      run.figure =
          close(id, alone && end.ok() && !end->left ? std::optional(run.cpu) : std::nullopt);
    }
    if (end.ok()) {
      report_.runs.push_back(std::move(run));
    }
    return end;
  }

  bool wants_more(const CommandEnd& end, WindowId id, std::int64_t executions, Seconds time) {
    return arguments_.until_resolved && measuring() && !end.asked && end.code == 0 &&
           executions < kMostExecutions && time < kMostBatch && meter_->look(kAnswer).has_value() &&
           !meter_->so_far(id).energy;
  }

  WindowFigure close(WindowId id, std::optional<Seconds> cpu) {
    auto told = std::make_shared<std::promise<WindowReport>>();
    std::future<WindowReport> report = told->get_future();
    meter_->close(id, cpu, [told](WindowReport all) { told->set_value(std::move(all)); });
    if (report.wait_for(std::chrono::duration<double>(kAnswer.value)) !=
        std::future_status::ready) {
      return {.missing = "the reader of this host's meters did not answer"};
    }
    return report.get().whole;
  }

  const MeasureArguments& arguments_;
  ForegroundCommand& foreground_;
  SharedMeter* meter_;  // nullptr: nothing can be measured
  SystemClock clock_;
  std::optional<HostView> view_;
  WindowShare share_;
  MeasureReport report_;
};

void print(const MeasureArguments& arguments, const MeasureReport& report, std::ofstream& file) {
  const std::string text =
      arguments.json ? printable(measure_json(report)) + "\n" : measure_text(report);
  if (file.is_open()) {
    file << text << std::flush;
  } else {
    (arguments.json ? std::cout : std::cerr) << text << std::flush;
  }
}

}  // namespace

ExitCode command_measure(const MeasureArguments& arguments) {
  if (arguments.command.empty()) {
    return complain(ExitCode::usage,
                    "measure what? Write the command behind --, for example: evolt measure -- "
                    "python3 train.py");
  }
  const absl::StatusOr<MeterOptions> options = meter_terms(arguments.meter);
  if (!options.ok()) {
    return complain(options.status());
  }
  std::ofstream file;
  if (!arguments.output.empty()) {
    file.open(arguments.output, std::ios::trunc);
    if (!file) {
      return complain(ExitCode::storage,
                      "cannot write " + arguments.output + ": " + std::strerror(errno));
    }
  }
  ForegroundCommand foreground;
  const SystemClock clock;
  absl::StatusOr<std::unique_ptr<SharedMeter>> meter = open_meter(*options, clock);
  if (absl::IsInvalidArgument(meter.status()) || absl::IsNotFound(meter.status())) {
    return complain(ExitCode::usage, std::string(meter.status().message()));
  }
  Measurement measurement(arguments, foreground, meter.ok() ? meter->get() : nullptr);
  const std::optional<int> signal =
      measurement.prepare(meter.ok() ? "" : std::string(meter.status().message()));
  if (signal) {
    return static_cast<ExitCode>(128 + *signal);
  }
  if (const absl::Status status = measurement.run(); !status.ok()) {
    // As shells have it.
    return complain(static_cast<ExitCode>(absl::IsNotFound(status) ? 127 : 126),
                    std::string(status.message()));
  }
  print(arguments, measurement.report(), file);
  return static_cast<ExitCode>(measurement.report().code());
}

}  // namespace evolt
