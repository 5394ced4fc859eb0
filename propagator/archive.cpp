#include "propagator/archive.hpp"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

namespace evolt {
namespace {

/// Appends, and lets the older half go when twice as many are held as are shown.
template <typename T>
void append(std::vector<T>& row, T item, std::size_t shown) {
  if (row.size() == 2 * shown) {
    row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(shown));
  }
  row.push_back(std::move(item));
}

template <typename T>
std::span<const T> last(const std::vector<T>& row, std::size_t shown) {
  return std::span(row).last(std::min(row.size(), shown));
}

}  // namespace

bool is_flawed(const Individual& individual) {
  return std::isnan(individual.violation) ||
         std::any_of(individual.scores.begin(), individual.scores.end(),
                     [](double score) { return std::isnan(score); });
}

bool Archive::Place::operator<(const Place& other) const {
  if (flawed || other.flawed) {
    return std::tie(flawed, id) < std::tie(other.flawed, other.id);
  }
  return std::tie(violation, score, id) < std::tie(other.violation, other.score, other.id);
}

Archive::Place Archive::place_of(const Individual& individual) {
  return {.flawed = is_flawed(individual),
          .violation = individual.violation,
          .score = individual.scores.front(),
          .id = individual.id};
}

bool better(const Individual& a, const Individual& b) {
  return Archive::place_of(a) < Archive::place_of(b);
}

bool dominates(const Individual& a, const Individual& b) {
  assert(a.scores.size() == b.scores.size());
  if (is_flawed(a) || is_flawed(b)) {
    return !is_flawed(a);
  }
  return dominates(Marks{a.violation, a.scores}, Marks{b.violation, b.scores});
}

Archive::Archive(std::size_t capacity) : capacity_(capacity) {
  assert(capacity > 0);
}

Archive::Archive(const Archive& other)
    : capacity_(other.capacity_),
      failed_(other.failed_),
      failures_(other.failures_),
      pending_(other.pending_) {
  for (const auto& [id, record] : other.present_) {
    admit(record->individual);
  }
  newest_.clear();
  for (const Individual* const individual : other.newest_) {
    newest_.push_back(find(individual->id));
  }
}

Archive& Archive::operator=(const Archive& other) {
  *this = Archive(other);
  return *this;
}

void Archive::admit(Individual individual) {
  assert(!individual.scores.empty());
  assert(present_.empty() ||
         present_.begin()->second->individual.scores.size() == individual.scores.size());
  withdraw(individual.id);
  const TrialId id = individual.id;
  auto record = std::make_unique<Record>(Record{.individual = std::move(individual)});
  Record& here = *present_.emplace(id, std::move(record)).first->second;
  append<const Individual*>(newest_, &here.individual, kNewest);
  if (is_flawed(here.individual)) {
    return;
  }
  if (here.individual.scores.size() == 1) {
    enter_best(here);
  } else {
    several_ = true;
    dominance_.insert(here.individual);
    outdated_living_ = outdated_best_ = true;
  }
}

bool Archive::withdraw(const TrialId& id) {
  const auto found = present_.find(id);
  if (found == present_.end()) {
    return false;
  }
  const std::unique_ptr<Record> gone = std::move(found->second);
  present_.erase(found);
  std::erase(newest_, &gone->individual);
  if (is_flawed(gone->individual)) {
    return true;
  }
  if (gone->individual.scores.size() > 1) {
    dominance_.erase(gone->individual);
    outdated_living_ = outdated_best_ = true;
  } else if (gone->ticket > 0) {
    ++stale_places_;
    drop_stale();
  } else {
    leave_best(*gone);
  }
  return true;
}

std::vector<TrialId> Archive::trim() {
  absl::flat_hash_set<const Individual*> shown;
  for (const auto& these : {best(), newest()}) {
    shown.insert(these.begin(), these.end());
  }
  std::vector<TrialId> others;
  for (const auto& [id, record] : present_) {
    if (!shown.contains(&record->individual)) {
      others.push_back(id);
    }
  }
  std::erase_if(newest_, [&](const Individual* one) { return !shown.contains(one); });
  for (const TrialId& id : others) {
    withdraw(id);
  }
  return others;
}

void Archive::enter_best(Record& record) {
  const Individual& individual = record.individual;
  const std::size_t most = std::max(capacity_, kBest);
  const auto before = [](const Individual* a, const Individual* b) { return better(*a, *b); };
  // Most are not among the best, and then one comparison tells.
  const bool last = best_.empty() || before(best_.back(), &individual);
  if (last && best_.size() == most) {
    wait(record);
    return;
  }
  const auto place =
      last ? best_.end() : std::lower_bound(best_.begin(), best_.end(), &individual, before);
  best_.insert(place, &individual);
  if (best_.size() > most) {
    wait(*present_.find(best_.back()->id)->second);
    best_.pop_back();
  }
}

void Archive::leave_best(const Record& record) {
  best_.erase(std::find(best_.begin(), best_.end(), &record.individual));
  while (!waiting_.empty()) {
    std::pop_heap(waiting_.begin(), waiting_.end(), std::greater());
    const Place best = waiting_.back();
    waiting_.pop_back();
    const auto found = present_.find(best.id);
    if (found != present_.end() && found->second->ticket == best.ticket) {
      found->second->ticket = 0;
      best_.push_back(&found->second->individual);
      return;
    }
    --stale_places_;
  }
}

void Archive::wait(Record& record) {
  record.ticket = ++tickets_;
  waiting_.push_back(place_of(record.individual));
  waiting_.back().ticket = record.ticket;
  std::push_heap(waiting_.begin(), waiting_.end(), std::greater());
}

void Archive::drop_stale() {
  if (2 * stale_places_ <= waiting_.size()) {
    return;
  }
  std::erase_if(waiting_, [this](const Place& place) {
    const auto found = present_.find(place.id);
    return found == present_.end() || found->second->ticket != place.ticket;
  });
  std::make_heap(waiting_.begin(), waiting_.end(), std::greater());
  stale_places_ = 0;
}

std::span<const Individual* const> Archive::living() const {
  if (!several_) {
    return std::span(best_).first(std::min(best_.size(), capacity_));
  }
  if (outdated_living_) {
    living_ = dominance_.best(capacity_);
    outdated_living_ = false;
  }
  return living_;
}

std::span<const Individual* const> Archive::best() const {
  if (outdated_best_) {
    best_ = dominance_.best(std::max(capacity_, kBest));
    outdated_best_ = false;
  }
  return best_;
}

std::span<const Individual* const> Archive::newest() const {
  return last(newest_, kNewest);
}

void Archive::fail(Genome genome) {
  append(failed_, std::move(genome), kFailed);
  ++failures_;
}

std::span<const Genome> Archive::failed() const {
  return last(failed_, kFailed);
}

const Individual* Archive::find(const TrialId& id) const {
  const auto found = present_.find(id);
  return found == present_.end() ? nullptr : &found->second->individual;
}

void Archive::expect(const TrialId& id, Genome genome) {
  pending_.insert_or_assign(id, std::move(genome));
}

void Archive::resolve(const TrialId& id) {
  pending_.erase(id);
}

}  // namespace evolt
