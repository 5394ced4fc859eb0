#include "scaling_costs.hpp"

#include "core/clock.hpp"
#include "islands/mailbox.hpp"
#include "islands/rank.hpp"
#include "proto/convert.hpp"
#include "service/report/ledger.hpp"
#include "service/scaling/virtual_trials.hpp"
#include "service/search/plan.hpp"
#include "service/storage/sqlite_study.hpp"

#include <absl/strings/str_format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace evolt {
namespace {

constexpr std::int64_t kTrials = 2000;
constexpr int kRepeats = 5;
constexpr std::int32_t kRanks = 32;

/// The least CPU of this thread that `work` took, over several times.
double least_seconds(const std::function<void()>& prepare, const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepeats; ++i) {
    prepare();
    const double before = now();
    work();
    least = std::min(least, now() - before);
  }
  return least;
}

/// A network that swallows what is sent, and hands out what it is given.
class StubTransport final : public Transport {
 public:
  StubTransport(RankId self, std::deque<Frame>& frames) : self_(self), frames_(frames) {}

  RankId self() const override { return self_; }
  std::int32_t ranks() const override { return kRanks; }
  void send(RankId, std::string) override {}
  std::vector<Frame> poll() override {
    std::vector<Frame> frames;
    if (!frames_.empty()) {
      frames.push_back(std::move(frames_.front()));
      frames_.pop_front();
    }
    return frames;
  }
  bool idle() const override { return true; }
  void forget(RankId) override {}
  void close() override {}
  [[noreturn]] void abort(int exit_code) override { std::_Exit(exit_code); }

 private:
  RankId self_;
  std::deque<Frame>& frames_;
};

/// A study of one island, and what one rank alone makes of it: its trials' events and results.
class Sample {
 public:
  explicit Sample(std::string propagator)
      : study(make_study({.trials = kTrials, .propagator = std::move(propagator)})),
        encoding(study.space) {}

  RankPlan plan(std::int32_t self, std::int32_t ranks) const {
    const Berth berth{.self = RankId{self},
                      .layout = make_layout(study, ranks, {}),
                      .slots = self == 0 ? 1 : 0,
                      .prior = {},
                      .times = {},
                      .limit = {}};
    return make_plan(study, encoding, berth);
  }

  /// Runs all trials on one rank, keeping their events.
  void run() {
    events.clear();
    Rank rank(plan(0, 1), encoding, clock);
    rank.begin();
    for (auto actions = rank.take_actions(); !actions.empty(); actions = rank.take_actions()) {
      for (Action& action : actions) {
        if (auto* const record = std::get_if<RecordEvent>(&action)) {
          events.push_back(std::move(record->event));
        } else if (const auto* const start = std::get_if<StartAttempt>(&action)) {
          rank.on_outcome(
              start->trial.id, 1,
              Outcome{.metrics = {{"value", trials.value(start->trial.params)}}, .steps = 1});
        }
      }
    }
  }

  Study study;
  Encoding encoding;
  ManualClock clock;
  VirtualTrials trials{Landscape::rastrigin, Seconds{1}, 1, 1};
  std::vector<Event> events;
};

/// Per message and per frame, from what so many messages cost with one, and with 64 in a frame.
struct Split {
  double message = 0;
  double frame = 0;
};
Split split(double alone, double together) {
  const double frame = (alone - together) * 64 / 63;
  return {alone - frame, frame};
}

double sending(const Sample& sample, int in_frame) {
  std::deque<Frame> none;
  std::optional<Mailbox> mailbox;
  const auto count = static_cast<double>(sample.events.size());
  return least_seconds([&] { mailbox.emplace(std::make_unique<StubTransport>(RankId{1}, none)); },
                       [&] {
                         int waiting = 0;
                         for (const Event& event : sample.events) {
                           mailbox->post(kRecorder, Recorded{event}, Seconds{});
                           if (++waiting % in_frame == 0) {
                             mailbox->flush(Seconds{}, true);
                           }
                         }
                       }) /
         count;
}

/// Results of others, as they come to one of 32 ranks and are passed on.
double receiving(const Sample& sample, int in_frame) {
  std::deque<Frame> frames;
  std::optional<Mailbox> mailbox;
  std::optional<Rank> rank;
  std::vector<Individual> results;
  for (const Event& event : sample.events) {
    if (const auto* const bred = std::get_if<Bred>(&event.what)) {
      results.push_back({.id = bred->trial.id,
                         .genome = bred->trial.genome,
                         .scores = {sample.trials.value(bred->trial.params)},
                         .lineage = bred->trial.lineage});
    }
  }
  const auto prepare = [&] {
    const RankPlan plan = sample.plan(1, kRanks);
    mailbox.emplace(std::make_unique<StubTransport>(RankId{1}, frames));
    mailbox->settle(plan.layout);
    rank.emplace(plan, sample.encoding, sample.clock);
    rank->begin();
    std::string bytes;
    int waiting = 0;
    for (const Individual& result : results) {
      const auto origin = static_cast<std::int32_t>(result.id.counter % kRanks);
      append_encoded(Parcel{.message = Admitted{IslandId{0}, result},
                            .broadcast = Broadcast{RankId{origin == 1 ? 0 : origin}, IslandId{0}}},
                     bytes);
      if (++waiting % in_frame == 0) {
        frames.push_back({RankId{0}, std::exchange(bytes, {})});
      }
    }
  };
  return least_seconds(prepare,
                       [&] {
                         while (!frames.empty()) {
                           const auto letters = mailbox->collect(Seconds{});
                           for (const Letter& letter : *letters) {
                             rank->on_message(letter.from, letter.message);
                           }
                           mailbox->flush(Seconds{}, true);
                         }
                       }) /
         static_cast<double>(results.size());
}

/// Rank 0 notes events of another rank, folds them into the ledger and hands them over.
double recording(const Sample& sample, const std::string& directory) {
  std::optional<Rank> rank;
  std::optional<Ledger> ledger;
  std::unique_ptr<Storage> storage;
  int tries = 0;
  const auto prepare = [&] {
    rank.emplace(sample.plan(0, kRanks), sample.encoding, sample.clock);
    rank->begin();
    static_cast<void>(rank->take_actions());
    ledger.emplace(ledger_options(sample.study));
    storage.reset();
    storage = *open_study(directory + "/loop" + std::to_string(++tries));
    storage->begin("{}").IgnoreError();
  };
  const auto work = [&] {
    for (const Event& event : sample.events) {
      rank->on_message(RankId{1}, Recorded{event});
      std::vector<Event> waiting;
      for (Action& action : rank->take_actions()) {
        if (auto* const record = std::get_if<RecordEvent>(&action)) {
          ledger->apply(record->event);
          waiting.push_back(std::move(record->event));
        }
      }
      storage->append(std::move(waiting)).IgnoreError();
    }
  };
  return least_seconds(prepare, work) / static_cast<double>(sample.events.size());
}

/// Elapsed time of the writing thread for an event, as fast as it goes.
double writing(const Sample& sample, const std::string& directory) {
  const SystemClock clock;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepeats; ++i) {
    auto storage = *open_study(directory + "/writer" + std::to_string(i));
    storage->begin("{}").IgnoreError();
    std::vector<Event> events = sample.events;
    const auto count = static_cast<double>(events.size());
    const Seconds before = clock.now();
    storage->append(std::move(events)).IgnoreError();
    storage->flush().IgnoreError();
    least = std::min(least, (clock.now() - before).value / count);
  }
  return least;
}

/// How much longer than asked for a short sleep lasts; the median.
double waking() {
  const SystemClock clock;
  constexpr Seconds kSleep{0.0001};
  std::vector<double> late;
  for (int i = 0; i < 501; ++i) {
    const Seconds before = clock.now();
    std::this_thread::sleep_for(std::chrono::duration<double>(kSleep.value));
    late.push_back((clock.now() - before - kSleep).value);
  }
  std::sort(late.begin(), late.end());
  return late[late.size() / 2];
}

void print(const char* what, double seconds) {
  std::cout << absl::StrFormat("%-12s %8.2f us\n", what, 1e6 * seconds);
}

}  // namespace

int calibrate(const std::string& propagator) {
  namespace fs = std::filesystem;
  std::string directory = (fs::temp_directory_path() / "evolt-scaling-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) {
    return EXIT_FAILURE;
  }
  Sample sample(propagator);
  Sample strangers("random");
  const double trial = least_seconds([] {}, [&] { sample.run(); }) / kTrials;
  const double outcome = least_seconds([] {}, [&] { strangers.run(); }) / kTrials;
  const Split out = split(sending(sample, 1), sending(sample, 64));
  const Split in = split(receiving(sample, 1), receiving(sample, 64));
  print("frame", std::max(in.frame, out.frame));
  print("message_in", in.message);
  print("message_out", out.message);
  print("outcome", outcome);
  print("breeding", std::max(trial - outcome, 0.0));
  print("event", recording(sample, directory));
  print("written", writing(sample, directory));
  print("waking", waking());
  std::error_code ignored;
  fs::remove_all(directory, ignored);
  return EXIT_SUCCESS;
}

}  // namespace evolt
