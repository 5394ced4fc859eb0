#include "service/run/run_study.hpp"

#include "core/clock.hpp"
#include "core/config_error.hpp"
#include "islands/mailbox.hpp"
#include "service/run/conclusion.hpp"
#include "service/run/display.hpp"
#include "service/run/file_packing.hpp"
#include "service/run/launcher.hpp"
#include "service/run/programs.hpp"
#include "service/run/rank_executor.hpp"
#include "service/run/rank_files.hpp"
#include "service/run/rank_group.hpp"
#include "service/run/rank_loop.hpp"
#include "service/run/recorder.hpp"
#include "service/run/restore.hpp"
#include "service/run/serve_readers.hpp"
#include "service/run/signals.hpp"
#include "service/run/supervisor.hpp"
#include "service/run/take_up.hpp"
#include "service/run/trial_meter.hpp"
#include "service/run/trial_setup.hpp"
#include "service/run/warm_start.hpp"
#include "service/search/plan.hpp"

#include <absl/strings/str_cat.h>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <thread>
#include <utility>

namespace fs = std::filesystem;

namespace evolt {
namespace {

/// Between two looks for notes of deaths.
constexpr Seconds kBetweenDeaths{0.5};

/// A failure with its exit code, on its way out.
struct Stop {
  ExitCode code;
  std::string message;
};

void check(const absl::Status& status) {
  if (!status.ok()) {
    throw Stop{exit_code_of(status), std::string(status.message())};
  }
}

/// One process of a run.
class Runner {
 public:
  Runner(std::unique_ptr<Transport> transport, const RunOptions& options)
      : options_(options), mailbox_(std::move(transport)) {}

  RunResult run(const std::function<Study()>& read) {
    RunResult result;
    try {
      mailbox_.self() == kRecorder ? lead(read, result) : follow(result);
    } catch (const ConfigError& error) {
      result.ledger.reset();  // nothing was run: there is nothing to report
      result.code = ExitCode::study_file;
      result.message = error.what();
      call_off(result.message);
    } catch (const Stop& stop) {
      result.ledger.reset();
      result.code = stop.code;
      result.message = stop.message;
      call_off(result.message);
    }
    result.ranks_lost = ranks_lost_;
    tell_supervisor_end(ranks_lost_ == 0);
    mailbox_.transport().close();
    return result;
  }

 private:
  // Rank 0 ---------------------------------------------------------------------------------------

  void lead(const std::function<Study()>& read, RunResult& result) {
    study_ = read();
    directory_ = options_.directory.empty() ? study_.name : options_.directory;
    encoding_.emplace(study_.space);
    std::optional<EnergyBudget> energy = energy_budget(study_);
    group_ = RankGroup(study_, mailbox_.transport());
    look_at_meters();
    make_plan(study_, *encoding_, berth_);  // complains before anything is touched
    if (!options_.make_executor) {
      make_trial_spec(study_, directory_, options_.slots);
    }
    result.ledger = std::make_unique<Ledger>(ledger_options(study_));
    Ledger& ledger = *result.ledger;
    EnergyBudget* const used = energy ? &*energy : nullptr;
    const std::uint32_t incarnation = options_.keep ? take_up_study(ledger, used) : 1;
    berth_ = Berth{.layout = group_.layout(study_, mailbox_.ranks()),
                   .incarnation = incarnation,
                   .unmeasured = berth_.unmeasured,
                   .bred = ledger.counts().total,
                   .unfinished = ledger.counts().running,
                   .has_results = ledger.counts().finished + ledger.counts().stopped > 0,
                   .prior = read_good_configurations(),
                   .times = {},
                   .energy = std::move(energy),
                   .limit = {}};
    recorder_.emplace(storage_.get(), ledger);
    if (options_.keep) {
      recorder_->pack_with(
          pack_files(study_, directory_, ledger, !options_.database_directory.empty()),
          [this](const std::string& text) { say(text); });
    }
    record_losses(*recorder_, berth_.energy ? &*berth_.energy : nullptr, clock_.wall());
    berth_.times = trial_times(ledger);
    make_rank();
    tell_memories(ledger);
    drive(result);
  }

  std::vector<Params> read_good_configurations() const {
    auto prior = read_prior(study_);
    if (!prior.ok()) {
      throw Stop{ExitCode::study_file, std::string(prior.status().message())};
    }
    return *std::move(prior);
  }

  std::uint32_t take_up_study(Ledger& ledger, EnergyBudget* energy) {
    auto taken = take_up(study_, directory_,
                         storage_options(io_, options_.database_directory,
                                         [this](const std::string& text) { say(text); }),
                         ledger, energy, options_.progress);
    check(taken.status());
    storage_ = std::move(taken->storage);
    return taken->incarnation;
  }

  void tell_memories(const Ledger& ledger) {
    const RankPlan plan = make_plan(study_, *encoding_, berth_);
    const RestoreOptions how{.outlook = plan.outlook,
                             .continues = plan.continues,
                             .learns_from_all = plan.learns_from_all};
    for (const Memory& memory : restore(ledger, plan.layout, how)) {
      if (const auto* const retry = std::get_if<Retry>(&memory.message)) {
        rank_->entrust(memory.to, *retry);
      } else if (memory.to == kRecorder) {
        rank_->on_message(kRecorder, memory.message);
      } else {
        mailbox_.post(memory.to, memory.message, clock_.now());
      }
    }
    tell_others(Welcome{.incarnation = berth_.incarnation,
                        .study = study_to_json(study_).dump(),
                        .bred = berth_.bred,
                        .has_results = berth_.has_results,
                        .prior = berth_.prior,
                        .times = berth_.times});
    mailbox_.flush(clock_.now(), true);
  }

  void tell_others(const Message& message) {
    for (std::int32_t rank = 0; rank < mailbox_.ranks(); ++rank) {
      if (RankId{rank} != mailbox_.self()) {
        mailbox_.post(RankId{rank}, message, clock_.now());
      }
    }
  }

  // The others -----------------------------------------------------------------------------------

  void follow(RunResult& result) {
    std::vector<Letter> memories;
    for (;;) {
      auto letters = mailbox_.collect(clock_.now());
      mailbox_.flush(clock_.now());
      check(letters.status());
      for (Letter& letter : *letters) {
        if (const auto* const halt = std::get_if<Halt>(&letter.message); halt && !rank_) {
          throw Stop{ExitCode::complete, {}};  // rank 0 says why
        }
        if (const auto* const welcome = std::get_if<Welcome>(&letter.message)) {
          settle_in(*welcome);
        } else {
          memories.push_back(std::move(letter));
        }
      }
      if (rank_) {
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const Letter& letter : memories) {
      rank_->on_message(letter.from, letter.message);
    }
    drive(result);
  }

  void settle_in(const Welcome& welcome) {
    study_ = parse_study(welcome.study, "rank 0", {}, true);
    directory_ = options_.directory.empty() ? study_.name : options_.directory;
    encoding_.emplace(study_.space);
    group_ = RankGroup(study_, mailbox_.transport());
    look_at_meters();
    berth_ = Berth{.self = mailbox_.self(),
                   .layout = group_.layout(study_, mailbox_.ranks()),
                   .incarnation = welcome.incarnation,
                   .unmeasured = berth_.unmeasured,
                   .bred = welcome.bred,
                   .has_results = welcome.has_results,
                   .prior = welcome.prior,
                   .times = welcome.times,
                   .limit = {}};
    make_rank();
  }

  // All ------------------------------------------------------------------------------------------

  void look_at_meters() {
    if (options_.measures_joules) {
      berth_.unmeasured.clear();
    } else if (!options_.make_executor) {
      meter_ = TrialMeter::of_rank(study_, group_.groups(), mailbox_.self(), clock_);
      berth_.unmeasured = meter_.unmeasured();
    }
    if (mailbox_.self() == kRecorder && !meter_.warning().empty()) {
      say(meter_.warning());
    }
  }

  void make_rank() {
    Study study = study_;
    if (const auto kept =
            keep_time(options_.time, study.trial.limits.grace,
                      options_.began.value_or(clock_.now()), clock_.now(), clock_.wall())) {
      berth_.limit = kept->limit;
      // Trials that end only after the limit would take the run with them.
      study.trial.limits.grace = std::min(study.trial.limits.grace, kept->warning);
    }
    auto executor = options_.make_executor
                        ? options_.make_executor(
                              ExecutorSite{io_, options_.slots, group_.open(mailbox_.transport())})
                        : make_rank_executor(io_, study, directory_, options_.slots,
                                             group_.groups(), mailbox_.self(), meter_);
    if (!executor.ok()) {
      throw Stop{ExitCode::study_file, std::string(executor.status().message())};
    }
    executor_ = std::move(*executor);
    berth_.slots = static_cast<std::int32_t>(executor_->slots());
    berth_.left_checkpoint = checkpoint_finder(study_, directory_);
    RankPlan plan = make_plan(study_, *encoding_, berth_);
    auto programs = open_programs(io_, study_, *encoding_, clock_, plan, directory_);
    if (!programs.ok()) {
      throw Stop{ExitCode::study_file, std::string(programs.status().message())};
    }
    programs_ = std::move(*programs);
    rank_.emplace(std::move(plan), *encoding_, clock_);
    mailbox_.settle(*berth_.layout);
    if (options_.keep && mailbox_.ranks() > 1) {
      std::error_code ignored;
      files_.emplace(RankFiles::directory_of(fs::absolute(directory_, ignored).string()));
      if (recorder_) {
        files_->clear();
      }
      files_->write_pid(index(mailbox_.self()));
      tell_supervisor_directory(files_->directory());
    }
  }

  void drive(RunResult& result) {
    if (group_.channel() != nullptr) {
      group_.channel()->join();
    }
    std::optional<Display> display;
    std::unique_ptr<SocketServer> socket;
    if (recorder_) {
      const Ledger& ledger = *result.ledger;
      if (options_.progress != nullptr) {
        display.emplace(DisplayOptions{study_.budget.trials, options_.terminal}, *options_.progress,
                        clock_, ledger);
      }
      if (options_.keep) {
        socket = serve_readers(io_, study_, directory_, ledger,
                               [this](const std::string& text) { say(text); });
      }
    }
    RankLoop loop(RankWorld{.io = io_,
                            .clock = clock_,
                            .mailbox = mailbox_,
                            .rank = *rank_,
                            .executor = *executor_,
                            .recorder = recorder_ ? &*recorder_ : nullptr,
                            .programs = &programs_,
                            .time_budget = study_.budget.seconds,
                            .ends = berth_.limit ? std::optional(berth_.limit->ends) : std::nullopt,
                            .on_beat =
                                [&] {
                                  if (display) {
                                    display->update(*result.ledger);
                                  }
                                },
                            .say = [this](const std::string& text) { say(text); },
                            .kin = group_.kin(),
                            .deaths = [this] { return deaths(); }});
    const StopSignals signals(io_, [&](int signal) {
      loop.interrupt(EndReason::interrupted, absl::StrCat("signal ", signal));
    });
    if (recorder_ && study_.budget.seconds && recorder_->seconds() >= *study_.budget.seconds) {
      loop.interrupt(EndReason::seconds, "budget.seconds is used");
    }
    rank_->begin();
    const absl::Status status = loop.run();
    if (group_.channel() != nullptr) {
      if (absl::IsAborted(status)) {
        end_at_once(status);
      }
      executor_.reset();  // its threads use MPI
    }
    ranks_lost_ = loop.ranks_lost();
    if (files_) {
      recorder_ ? files_->remove_all() : files_->remove_pid(index(mailbox_.self()));
    }
    if (absl::IsAborted(status)) {
      mailbox_.lose(kRecorder);  // MPI cannot be left in good order
      ++ranks_lost_;
    }
    if (display) {
      display->finish(*result.ledger);
    }
    for (const std::string& summary : programs_.summaries()) {
      say(summary);
    }
    const Conclusion conclusion = conclude(rank_->ending(), status);
    result.code = conclusion.code;
    result.message = conclusion.message;
  }

  /// A function on several ranks may wait for a dead one for ever: nothing here can end it. Rank 0
  /// takes the job with it; elsewhere the supervisor tells rank 0, and the trial runs again.
  [[noreturn]] void end_at_once(const absl::Status& why) {
    say(std::string(why.message()));
    if (mailbox_.self() == kRecorder) {
      mailbox_.transport().abort(number(ExitCode::try_again));
    }
    std::_Exit(number(ExitCode::try_again));
  }

  /// Rank 0: what supervisors say.
  std::vector<Death> deaths() {
    if (!files_ || !recorder_ || clock_.now() - deaths_read_ < kBetweenDeaths) {
      return {};
    }
    deaths_read_ = clock_.now();
    return files_->deaths();
  }

  /// Sends everybody home before the study has begun.
  void call_off(const std::string& why) {
    executor_.reset();
    programs_ = {};
    if (mailbox_.self() == kRecorder) {
      tell_others(Halt{EndReason::failed, why});
    } else if (!why.empty()) {
      mailbox_.post(kRecorder, Halt{EndReason::failed, why}, clock_.now());
    }
    mailbox_.say_farewell(clock_.now());
    while (!mailbox_.drained(clock_.now())) {
      if (!mailbox_.collect(clock_.now()).ok()) {
        return;
      }
      mailbox_.flush(clock_.now(), true);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  void say(const std::string& text) const {
    if (options_.errors != nullptr) {
      *options_.errors << "evolt: " << text << std::endl;
    }
  }

  const RunOptions& options_;
  SystemClock clock_;
  boost::asio::io_context io_{1};  ///< one thread runs it: its handlers post to it without a lock
  Mailbox mailbox_;
  Study study_;
  std::string directory_;
  Berth berth_;
  std::optional<Encoding> encoding_;
  std::unique_ptr<Storage> storage_;
  std::optional<Recorder> recorder_;
  RankGroup group_;
  TrialMeter meter_;
  std::unique_ptr<Executor> executor_;  ///< may use the group's channel
  Programs programs_;
  std::optional<Rank> rank_;
  std::optional<RankFiles> files_;
  Seconds deaths_read_;
  std::int32_t ranks_lost_ = 0;
};

}  // namespace

RunResult run_study(std::unique_ptr<Transport> transport, const std::function<Study()>& read,
                    const RunOptions& options) {
  return Runner(std::move(transport), options).run(read);
}

}  // namespace evolt
