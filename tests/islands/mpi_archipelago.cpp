// The scripted study of the archipelago tests over real MPI: mpiexec -n R mpi_archipelago ISLANDS
// MODE. Every rank drives itself; at the end rank 0 hears who lives where on each and checks,
// against the journal: no trial twice, the budget exact, no migrant lost, replicas of an island
// equal.
#include "core/clock.hpp"
#include "core/rng.hpp"
#include "islands/mailbox.hpp"
#include "islands/rank.hpp"
#include "scripted_study.hpp"
#include "service/run/launcher.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <set>
#include <sstream>
#include <thread>

namespace evolt::test {
namespace {

/// A trial under way: it takes one step each time it is its turn.
struct Run {
  TrialId trial;
  std::int32_t attempt = 1;
  std::int64_t step = 0;
  double worth = 0;
};

class Driver {
 public:
  Driver(const ArchipelagoOptions& options, Mailbox& mailbox)
      : options_(options),
        mailbox_(mailbox),
        encoding_(scripted_space()),
        rank_(scripted_plan(options, encoding_, index(mailbox.self())), encoding_, clock_) {
    mailbox_.settle(Layout(options.ranks, options.islands));
  }

  bool run() {
    rank_.begin();
    bool parted = false;
    const auto begin = std::chrono::steady_clock::now();
    while (!(parted && mailbox_.drained(clock_.now()))) {
      take_actions();
      if (rank_.done() && !parted) {
        parted = true;
        mailbox_.say_farewell(clock_.now());
      }
      mailbox_.flush(clock_.now());
      const auto letters = mailbox_.collect(clock_.now());
      if (!letters.ok()) {
        std::fprintf(stderr, "%s\n", std::string(letters.status().message()).c_str());
        return false;
      }
      for (const Letter& letter : *letters) {
        rank_.on_message(letter.from, letter.message);
      }
      play();
      if (std::chrono::steady_clock::now() - begin > std::chrono::seconds(100)) {
        std::fprintf(stderr, "rank %d hangs\n", index(mailbox_.self()));
        return false;
      }
    }
    return true;
  }

  const Rank& rank() const { return rank_; }
  const std::vector<Event>& journal() const { return journal_; }

 private:
  void take_actions() {
    for (Action& action : rank_.take_actions()) {
      if (auto* const start = std::get_if<StartAttempt>(&action)) {
        runs_.push_back(
            Run{start->trial.id, start->attempt.number, 0, scripted_worth(start->trial.params)});
      } else if (auto* const send = std::get_if<SendMessage>(&action)) {
        mailbox_.post(send->to, send->message, clock_.now());
      } else if (const auto* const tell = std::get_if<BroadcastMessage>(&action)) {
        mailbox_.broadcast(tell->island, tell->message, clock_.now());
      } else if (auto* const record = std::get_if<RecordEvent>(&action)) {
        journal_.push_back(std::move(record->event));
      }
    }
  }

  void play() {
    if (runs_.empty()) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      return;
    }
    Run run = runs_.front();
    runs_.pop_front();
    ++run.step;
    const double loss = run.worth + 20.0 / static_cast<double>(run.step);
    Outcome outcome{.metrics = {{"loss", loss}}, .steps = run.step};
    const Verdict verdict = rank_.on_measurement(
        run.trial, run.attempt, Measurement{.step = run.step, .metrics = {{"loss", loss}}});
    if (verdict.stops() || run.step == options_.steps) {
      outcome.ending = verdict.stops() ? Ending::stopped : Ending::finished;
      rank_.on_outcome(run.trial, run.attempt, outcome);
    } else {
      runs_.push_back(run);
    }
  }

  const ArchipelagoOptions& options_;
  Mailbox& mailbox_;
  SystemClock clock_;
  Encoding encoding_;
  Rank rank_;
  std::deque<Run> runs_;
  std::vector<Event> journal_;
};

/// Who is on each island of a rank: lines of `island kind id`, kind `present` or `living`.
using Census = std::map<std::int32_t, std::map<std::string, std::set<std::string>>>;

std::string census_text(const Rank& rank, const std::vector<TrialId>& known) {
  std::string text;
  const auto line = [&](const Island& island, const char* kind, const TrialId& id) {
    text += std::to_string(index(island.id())) + ' ' + kind + ' ' + to_string(id) + '\n';
  };
  for (const Island& island : rank.islands()) {
    for (const Individual* const individual : island.living()) {
      line(island, "living", individual->id);
    }
    for (const TrialId& id : known) {
      if (island.archive().find(id) != nullptr) {
        line(island, "present", id);
      }
    }
  }
  return text;
}

Census read_census(const std::string& text) {
  Census census;
  std::istringstream in(text);
  std::int32_t island = 0;
  std::string kind;
  std::string id;
  while (in >> island >> kind >> id) {
    census[island][kind].insert(id);
  }
  return census;
}

#define EXPECT(claim)                                          \
  do {                                                         \
    if (!(claim)) {                                            \
      std::fprintf(stderr, "line %d: %s\n", __LINE__, #claim); \
      ok = false;                                              \
    }                                                          \
  } while (false)

/// Checks the journal and every rank's census against it.
bool check(const ArchipelagoOptions& options, const std::vector<Event>& journal,
           const std::vector<Census>& ranks) {
  bool ok = true;
  std::set<TrialId> bred;
  std::set<TrialId> finished;
  std::map<std::pair<std::int32_t, TrialId>, std::pair<std::int64_t, bool>> present;
  std::map<TrialId, std::int32_t> birthplace;
  std::size_t moves = 0;
  const auto note = [&](std::int32_t island, const TrialId& id, std::int64_t hop, bool here) {
    auto& entry = present.try_emplace({island, id}, -1, false).first->second;
    if (entry.first < hop || (entry.first == hop && !here)) {
      entry = {hop, here};
    }
  };
  for (const Event& event : journal) {
    if (const auto* b = std::get_if<Bred>(&event.what)) {
      EXPECT(bred.insert(b->trial.id).second);
      birthplace[b->trial.id] = index(b->trial.island);
    } else if (const auto* f = std::get_if<Finished>(&event.what)) {
      EXPECT(finished.insert(f->trial).second);
      note(birthplace[f->trial], f->trial, 0, true);
    } else if (const auto* m = std::get_if<Migrated>(&event.what)) {
      ++moves;
      if (m->to != kNowhere) {
        note(index(m->to), m->trial, m->hop, true);
      }
      if (!m->copy) {
        note(index(m->from), m->trial, m->hop, false);
      }
    }
  }
  EXPECT(static_cast<std::int64_t>(bred.size()) == options.trials);
  EXPECT(finished == bred);
  EXPECT(options.islands == 1 || moves > 0);
  std::map<std::int32_t, std::set<std::string>> expected;
  for (const auto& [key, entry] : present) {
    if (entry.second) {
      expected[key.first].insert(to_string(key.second));
    }
  }
  std::map<std::int32_t, std::set<std::string>> living;
  for (Census census : ranks) {
    for (auto& [island, kinds] : census) {
      EXPECT(kinds["present"] == expected[island]);
      EXPECT(!kinds["living"].empty());
      EXPECT(living.try_emplace(island, kinds["living"]).first->second == kinds["living"]);
    }
  }
  // A rank that was slow to start may find the budget used: its island then had no trial at all.
  for (const auto& [island, ids] : expected) {
    EXPECT(ids.empty() || living.contains(island));
  }
  std::printf("%zu trials, %zu migrations, %zu ranks\n", bred.size(), moves, ranks.size());
  return ok;
}

std::vector<TrialId> ids_of(const std::vector<Event>& journal) {
  std::vector<TrialId> ids;
  for (const Event& event : journal) {
    if (std::holds_alternative<Bred>(event.what)) {
      ids.push_back(subject(event));
    }
  }
  return ids;
}

int run(const ArchipelagoOptions& given) {
  auto transport = open_transport();
  if (!transport.ok()) {
    std::fprintf(stderr, "%s\n", std::string(transport.status().message()).c_str());
    return EXIT_FAILURE;
  }
  ArchipelagoOptions options = given;
  options.ranks = (*transport)->ranks();
  Mailbox mailbox(std::move(*transport));
  Driver driver(options, mailbox);
  if (!driver.run()) {
    mailbox.transport().abort(EXIT_FAILURE);
  }
  // The study is over and the network is empty; now rank 0 names all trials, and hears where they
  // are.
  Transport& wire = mailbox.transport();
  const auto receive = [&] {
    std::vector<Frame> frames;
    while ((frames = wire.poll()).empty()) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return frames;
  };
  bool ok = true;
  if (wire.self() == RankId{0}) {
    const std::vector<TrialId> ids = ids_of(driver.journal());
    std::string names;
    for (const TrialId& id : ids) {
      names += to_string(id) + '\n';
    }
    std::vector<Census> ranks = {read_census(census_text(driver.rank(), ids))};
    for (std::int32_t r = 1; r < wire.ranks(); ++r) {
      wire.send(RankId{r}, names);
    }
    while (static_cast<std::int32_t>(ranks.size()) < wire.ranks()) {
      for (const Frame& frame : receive()) {
        ranks.push_back(read_census(frame.bytes));
      }
    }
    ok = check(options, driver.journal(), ranks);
  } else {
    std::istringstream names(receive().front().bytes);
    std::vector<TrialId> ids;
    for (std::string name; std::getline(names, name);) {
      ids.push_back(parse_trial_id(name).value());
    }
    wire.send(RankId{0}, census_text(driver.rank(), ids) + " ");
  }
  while (!wire.idle()) {
    wire.poll();
  }
  wire.close();
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace evolt::test

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mpiexec -n R %s ISLANDS pollinate|migrate\n", argv[0]);
    return EXIT_FAILURE;
  }
  evolt::test::ArchipelagoOptions options;
  options.islands = std::atoi(argv[1]);
  options.copies = std::strcmp(argv[2], "pollinate") == 0;
  options.trials = 400;
  return evolt::test::run(options);
}
