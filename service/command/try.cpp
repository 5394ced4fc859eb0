#include "core/clock.hpp"
#include "core/config_error.hpp"
#include "core/words.hpp"
#include "propagator/encoding.hpp"
#include "service/command/commands.hpp"
#include "service/command/console.hpp"
#include "service/report/json_parts.hpp"
#include "service/report/text.hpp"
#include "service/run/conclusion.hpp"
#include "service/run/trial_meter.hpp"
#include "service/run/trial_setup.hpp"
#include "service/search/plan.hpp"
#include "service/study_file/study_objective.hpp"
#include "workers/make_executor.hpp"
#include "workers/process_executor.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>
#include <optional>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp stands in no other

namespace evolt {
namespace {

using Json = nlohmann::ordered_json;

/// A folder that goes when it is done with.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "evolt-try-XXXXXX").string();
    path_ = mkdtemp(name.data()) == nullptr ? std::string() : name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Captured {
  Measurement measurement;
  std::int64_t line = 0;  ///< of its output; 0: not from there
};

/// Lets one attempt run to its end, and keeps what it said.
class Witness final : public TrialObserver {
 public:
  Verdict on_measurement(const TrialId& /*trial*/, std::int32_t /*attempt*/,
                         const Measurement& measurement) override {
    captured.push_back({measurement, std::exchange(understood_at_, 0)});
    return {};
  }
  void on_outcome(const TrialId& /*trial*/, std::int32_t /*attempt*/,
                  const Outcome& ended) override {
    outcome = ended;
  }
  void on_lost(const TrialId& /*trial*/, std::int32_t /*attempt*/, std::string_view reason,
               const Usage& usage) override {
    outcome = Outcome{.ending = Ending::failed,
                      .failure = Failure::attempts,
                      .reason = std::string(reason),
                      .usage = usage};
  }
  void on_line(const Measurement* understood) {
    ++lines;
    understood_at_ = understood == nullptr ? 0 : lines;
    ignored += understood == nullptr ? 1 : 0;
  }

  std::vector<Captured> captured;
  std::optional<Outcome> outcome;
  std::int64_t lines = 0;
  std::int64_t ignored = 0;

 private:
  std::int64_t understood_at_ = 0;
};

/// The user's first point, or one drawn at random.
Trial pick_trial(const Study& study, const Encoding& encoding) {
  Rng rng{study.seed, 1};
  Genome genome = study.start.empty() ? encoding.random(rng) : encoding.encode(study.start.front());
  for (int i = 0; i < 10'000 && !encoding.allowed(genome); ++i) {
    genome = encoding.random(rng);
  }
  Params params = encoding.decode(genome);
  return Trial{.id = TrialId{1, 0, 1},
               .genome = std::move(genome),
               .params = std::move(params),
               .fidelity = Fidelity{study.trial.fidelity, study.trial.steps}};
}

Json captured_json(const Captured& one) {
  Json metrics = Json::object();
  for (const auto& [name, value] : one.measurement.metrics) {
    metrics[name] = value;
  }
  Json json{{"step", one.measurement.step}, {"metrics", std::move(metrics)}};
  json["line"] = one.line > 0 ? Json(one.line) : Json();
  return json;
}

Json report_json(const Study& study, const Trial& trial, const std::vector<std::string>& argv,
                 const Witness& witness, const std::string& verdict) {
  const Outcome& outcome = *witness.outcome;
  Json captured = Json::array();
  for (const Captured& one : witness.captured) {
    captured.push_back(captured_json(one));
  }
  Json json{{"argv", argv},
            {"directory", study.directory},
            {"params", params_to_json(trial.params)},
            {"captured", std::move(captured)},
            {"lines", witness.lines},
            {"ignored", witness.ignored},
            {"ending", word(outcome.ending)},
            {"reason", outcome.reason},
            {"seconds", outcome.usage.wall.value},
            {"usage", detail::usage_json(outcome.usage)},
            {"last_lines", outcome.last_lines},
            {"problem", verdict.empty() ? Json() : Json(verdict)}};
  json["exit_code"] = outcome.exit_code ? Json(*outcome.exit_code) : Json();
  return json;
}

void print(const Json& json) {
  std::cout << "argv       " << absl::StrJoin(json.at("argv").get<std::vector<std::string>>(), " ")
            << "\ndirectory  " << json.at("directory").get<std::string>() << '\n';
  for (const Json& one : json.at("captured")) {
    std::cout << "captured   step " << one.at("step");
    for (const auto& [name, value] : one.at("metrics").items()) {
      std::cout << "  " << harmless(name, false) << " " << value;
    }
    if (!one.at("line").is_null()) {
      std::cout << "   (line " << one.at("line") << ')';
    }
    std::cout << '\n';
  }
  std::cout << "ended      " << json.at("ending").get<std::string>() << " after "
            << absl::StrFormat("%.2f", json.at("seconds").get<double>()) << " s, "
            << json.at("captured").size() << " reports, " << json.at("ignored")
            << " other lines ignored\n";
  const Json& usage = json.at("usage");
  if (usage.contains("energy")) {
    const Json& energy = usage.at("energy");
    std::cout << "energy     "
              << absl::StrFormat("%.4g J (%.4g to %.4g), %s", energy.at("joules").get<double>(),
                                 energy.at("lower").get<double>(), energy.at("upper").get<double>(),
                                 energy.at("label").get<std::string>())
              << '\n';
  } else if (usage.contains("unmeasured")) {
    std::cout << "energy     not known: " << usage.at("unmeasured").get<std::string>() << '\n';
  }
  for (const Json& line : json.at("last_lines")) {
    std::cout << "output     " << harmless(line.get<std::string>(), false) << '\n';
  }
  if (!json.at("problem").is_null()) {
    std::cout << "problem    " << json.at("problem").get<std::string>() << '\n';
  }
}

/// What would make such a trial fail in a study; empty when it would count.
std::string problem_of(const Study& study, const Outcome& outcome) {
  if (outcome.ending != Ending::finished) {
    return outcome.reason;
  }
  const auto scores = make_objective(study).score(outcome.metrics, outcome.usage);
  return scores.ok() ? std::string() : std::string(scores.status().message());
}

}  // namespace

ExitCode command_try(const TryArguments& arguments) {
  try {
    const Study study = read_study(arguments.study, arguments.overrides);
    const Encoding encoding(study.space);
    const SystemClock clock;
    const TrialMeter meter(study, false, clock);
    make_plan(study, encoding, Berth{.unmeasured = meter.unmeasured()});
    const TemporaryFolder folder;
    if (folder.path().empty()) {
      return complain(ExitCode::storage, "no temporary directory can be made; set TMPDIR");
    }
    Witness witness;
    TrialSpec spec = make_trial_spec(study, folder.path(), 1);
    spec.shortest_phase = meter.shortest_phase(spec.gpus > 0);
    spec.tap = [&](std::string_view, const Measurement* understood) {
      witness.on_line(understood);
    };
    boost::asio::io_context io;
    auto opened = meter.open();
    if (!opened.ok()) {
      return complain(exit_code_of(opened.status()), std::string(opened.status().message()));
    }
    const auto executor = make_executor(io, spec, *std::move(opened), meter.counts_gpus());
    if (!executor.ok()) {
      return complain(ExitCode::study_file, std::string(executor.status().message()));
    }
    const Trial trial = pick_trial(study, encoding);
    const Attempt attempt{.trial = trial.id};
    std::vector<std::string> argv = study.trial.command;
    if (const auto* process = dynamic_cast<const ProcessExecutor*>(executor->get())) {
      if (const auto plan = process->plan(trial, attempt); plan.ok()) {
        argv = plan->argv;
      }
    }
    if (const absl::Status started = (*executor)->start(trial, attempt, witness); !started.ok()) {
      return complain(ExitCode::held, std::string(started.message()));
    }
    while (!witness.outcome && io.run_one() > 0) {
    }
    const std::string problem = problem_of(study, *witness.outcome);
    const Json report = report_json(study, trial, argv, witness, problem);
    arguments.json ? static_cast<void>(std::cout << printable(report) << std::endl) : print(report);
    return problem.empty() ? ExitCode::complete : ExitCode::held;
  } catch (const ConfigError& error) {
    return complain(ExitCode::study_file, error.what());
  }
}

}  // namespace evolt
