#include "service/scaling/simulation.hpp"

#include "service/report/ledger.hpp"
#include "service/scaling/delays.hpp"
#include "service/scaling/virtual_rank.hpp"
#include "service/search/plan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace evolt {
namespace {

/// Between two beats of a RankLoop.
constexpr Seconds kBeat{0.1};

struct Cue {
  enum class Kind { step, ended, sign };
  Seconds at;
  std::uint64_t order = 0;
  std::int32_t rank = 0;
  Kind kind = Kind::step;
  std::size_t run = 0;  ///< of an ended one

  bool operator<(const Cue& other) const {
    return at != other.at ? at > other.at : order > other.order;
  }
};

struct Run {
  Trial trial;
  std::int32_t rank = 0;
  Seconds start;
  Seconds end;
};

Study study_of(const SimulationOptions& options) {
  return make_study({.trials = options.trials_per_rank * options.ranks,
                     .islands = options.islands,
                     .propagator = options.propagator,
                     .learn_from = options.learn_from,
                     .seed = options.seed});
}

class Simulation final : public VirtualObserver {
 public:
  explicit Simulation(const SimulationOptions& options)
      : options_(options),
        study_(study_of(options)),
        encoding_(study_.space),
        layout_(make_layout(study_, options.ranks, {})),
        network_(options.ranks, options.fabric),
        trials_(options.landscape, options.trial, options.sigma, options.seed),
        ledger_(ledger_options(study_)),
        world_{.study = study_,
               .encoding = encoding_,
               .layout = layout_,
               .welcome = study_to_json(study_).dump(),
               .clock = clock_,
               .network = network_,
               .overhead = options.fabric.overhead,
               .costs = options_.costs,
               .looks = QuietLooks(options.costs.waking),
               .trials = trials_,
               .observer = *this},
        ended_at_(static_cast<std::size_t>(options.ranks)),
        planned_(static_cast<std::size_t>(options.ranks), Seconds{-1}) {
    ranks_.reserve(static_cast<std::size_t>(options.ranks));
    for (std::int32_t rank = 0; rank < options.ranks; ++rank) {
      ranks_.push_back(std::make_unique<VirtualRank>(world_, RankId{rank}));
    }
  }

  SimulationReport run() {
    plan(0);
    if (options_.ranks > 1) {
      for (std::int32_t rank = 0; rank < options_.ranks; ++rank) {
        push({.at = between_signs(), .rank = rank, .kind = Cue::Kind::sign});
      }
    }
    while (left_ > 0 && (!cues_.empty() || network_.next_landing())) {
      if (const auto landing = network_.next_landing();
          landing && (cues_.empty() || *landing <= cues_.top().at)) {
        now_ = *landing;
        plan(index(network_.land()));
      } else {
        const Cue cue = cues_.top();
        cues_.pop();
        play(cue);
      }
    }
    return report();
  }

  void on_start(RankId rank, const Trial& trial, Seconds at) override {
    const Seconds end = at + trials_.duration(trial.id);
    push({.at = end, .rank = index(rank), .kind = Cue::Kind::ended, .run = runs_.size()});
    runs_.push_back({trial, index(rank), at, end});
  }

  void on_heard(RankId /*rank*/, const TrialId& trial, Seconds at) override {
    delays_.add(at - ended_at_[trial.rank][trial.counter - 1]);
  }

  void on_event(const Event& event, Seconds at) override {
    ledger_.apply(event);
    ++events_;
    written_ = std::max(written_, at) + options_.costs.written;
    written_late_ = std::max(written_late_, written_ - at);
  }

 private:
  VirtualRank& at(std::int32_t rank) { return *ranks_[static_cast<std::size_t>(rank)]; }

  Seconds between_signs() const {
    return static_cast<double>(std::max(10, options_.ranks / 50)) * kBeat;
  }

  void push(Cue cue) {
    cue.order = ++order_;
    cues_.push(cue);
  }

  /// The rank's next step, if it is not planned yet.
  void plan(std::int32_t rank) {
    const auto next = at(rank).next_step();
    if (!next) {
      return;
    }
    const Seconds when = std::max(*next, now_);
    Seconds& planned = planned_[static_cast<std::size_t>(rank)];
    if (planned.value < 0 || when < planned) {
      planned = when;
      push({.at = when, .rank = rank});
    }
  }

  void play(const Cue& cue) {
    now_ = cue.at;
    VirtualRank& rank = at(cue.rank);
    if (cue.kind == Cue::Kind::ended) {
      Run& run = runs_[cue.run];
      // Trials of a rank may end in any order.
      auto& ends = ended_at_[static_cast<std::size_t>(cue.rank)];
      ends.resize(std::max(ends.size(), static_cast<std::size_t>(run.trial.id.counter)));
      ends[run.trial.id.counter - 1] = cue.at;
      const double value = trials_.value(run.trial.params);
      best_ = std::min(best_, value);
      if (value <= options_.target && !reached_) {
        reached_ = cue.at;
      }
      rank.end(std::exchange(run.trial, {}));
    } else if (cue.kind == Cue::Kind::sign) {
      if (rank.over()) {
        return;
      }
      rank.give_sign(cue.at);
      push({.at = cue.at + between_signs(), .rank = cue.rank, .kind = Cue::Kind::sign});
    } else {
      Seconds& planned = planned_[static_cast<std::size_t>(cue.rank)];
      if (planned != cue.at) {
        return;  // planned anew since
      }
      planned = Seconds{-1};
      if (const auto next = rank.next_step(); next && *next <= cue.at) {
        rank.step(cue.at);
        left_ -= rank.over() ? 1 : 0;
      }
    }
    plan(cue.rank);
  }

  SimulationReport report() const;
  void add_slots(SimulationReport& report) const;
  void add_traffic(SimulationReport& report) const;
  void add_loads(SimulationReport& report) const;

  SimulationOptions options_;
  Study study_;
  Encoding encoding_;
  Layout layout_;
  ManualClock clock_;
  VirtualNetwork network_;
  VirtualTrials trials_;
  Ledger ledger_;
  VirtualWorld world_;
  std::vector<std::unique_ptr<VirtualRank>> ranks_;
  std::int32_t left_ = options_.ranks;
  std::priority_queue<Cue> cues_;
  std::uint64_t order_ = 0;
  std::vector<Run> runs_;
  std::vector<std::vector<Seconds>> ended_at_;  ///< by rank and counter
  std::vector<Seconds> planned_;                ///< by rank; below 0: nothing is
  Seconds now_;
  Delays delays_;
  std::int64_t events_ = 0;
  Seconds written_;
  Seconds written_late_;
  double best_ = std::numeric_limits<double>::infinity();
  std::optional<Seconds> reached_;
};

SimulationReport Simulation::report() const {
  SimulationReport report;
  report.ranks = options_.ranks;
  report.islands = options_.islands;
  report.bred = ledger_.counts().total;
  report.results = ledger_.counts().finished;
  report.whole = left_ == 0 && report.results == study_.budget.trials &&
                 report.bred == study_.budget.trials &&
                 std::all_of(ranks_.begin(), ranks_.end(),
                             [](const auto& rank) { return rank->status().ok(); });
  report.end = now_;
  add_slots(report);
  add_traffic(report);
  add_loads(report);
  report.staleness = delays_.mean();
  report.staleness_p99 = delays_.quantile(0.99);
  report.written_late = written_late_;
  report.reached = reached_;
  report.best = best_;
  return report;
}

void Simulation::add_slots(SimulationReport& report) const {
  Seconds last_end;
  for (const Run& run : runs_) {
    report.body = std::max(report.body, run.start);
    last_end = std::max(last_end, run.end);
  }
  Seconds in_body;
  Seconds all;
  for (const Run& run : runs_) {
    in_body += std::min(run.end, report.body) - run.start;
    all += run.end - run.start;
  }
  report.efficiency = in_body / report.body / options_.ranks;
  report.efficiency_whole = all / last_end / options_.ranks;
  report.rate = static_cast<double>(runs_.size()) * (in_body / all) / report.body.value;
}

void Simulation::add_traffic(SimulationReport& report) const {
  std::vector<std::int64_t> of_island(static_cast<std::size_t>(options_.islands));
  for (const Run& run : runs_) {
    const auto& mine = layout_.islands_of(RankId{run.rank});
    // A rank with several islands shares none of them: one may stand for all.
    ++of_island[static_cast<std::size_t>(index(mine.front()))];
  }
  const bool all = options_.learn_from == "all" && options_.islands > 1;
  double sum = 0;
  for (std::int32_t rank = 0; rank < options_.ranks; ++rank) {
    const Traffic& traffic = ranks_[static_cast<std::size_t>(rank)]->traffic();
    std::int64_t results = 0;
    for (const IslandId island : layout_.islands_of(RankId{rank})) {
      results += of_island[static_cast<std::size_t>(index(island))];
    }
    if (all || RankId{rank} == kRecorder) {
      results = static_cast<std::int64_t>(runs_.size());
    }
    const double messages =
        static_cast<double>(traffic.messages_sent + traffic.messages_received - traffic.signs) /
        static_cast<double>(std::max<std::int64_t>(results, 1));
    sum += messages;
    double& kept = RankId{rank} == kRecorder ? report.messages_recorder : report.messages_most;
    kept = std::max(kept, messages);
  }
  report.messages_mean = sum / options_.ranks;
  report.frames = static_cast<double>(network_.frames()) / static_cast<double>(runs_.size());
  report.bytes = static_cast<double>(network_.bytes()) / static_cast<double>(runs_.size());
}

void Simulation::add_loads(SimulationReport& report) const {
  const double results = static_cast<double>(runs_.size());
  const auto add = [&](std::string what, Seconds busy) {
    // Work goes with results, so what was done in the tail stands for the body's share of it.
    const double most = busy.value > 0 ? results / busy.value : 0;
    report.loads.push_back({std::move(what), most > 0 ? report.rate / most : 0, most});
  };
  add("loop of rank 0", ranks_.front()->busy());
  add("writer of rank 0", static_cast<double>(events_) * options_.costs.written);
  add("network of rank 0", network_.receiving(kRecorder));
  Seconds busiest;
  for (std::size_t rank = 1; rank < ranks_.size(); ++rank) {
    busiest = std::max(busiest, ranks_[rank]->busy());
  }
  add("loop of another rank", busiest);
  std::stable_sort(report.loads.begin(), report.loads.end(),
                   [](const Load& a, const Load& b) { return a.share > b.share; });
}

}  // namespace

SimulationReport simulate(const SimulationOptions& options) {
  return Simulation(options).run();
}

}  // namespace evolt
