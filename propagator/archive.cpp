#include "propagator/archive.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

namespace evolt {
namespace {

bool is_flawed(const Individual& individual) {
  return std::isnan(individual.violation) ||
         std::any_of(individual.scores.begin(), individual.scores.end(),
                     [](double score) { return std::isnan(score); });
}

}  // namespace

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
  if (a.violation != b.violation) {
    return a.violation < b.violation;
  }
  bool less = false;
  for (std::size_t m = 0; m < a.scores.size(); ++m) {
    if (a.scores[m] > b.scores[m]) {
      return false;
    }
    less = less || a.scores[m] < b.scores[m];
  }
  return less;
}

Archive::Archive(std::size_t capacity) : capacity_(capacity) {
  assert(capacity > 0);
}

Archive::Archive(const Archive& other) : capacity_(other.capacity_), pending_(other.pending_) {
  for (const auto& [id, record] : other.present_) {
    admit(record->individual);
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
  if (here.individual.scores.size() == 1) {
    enter_living(here);
  } else {
    dominance_.insert(here.individual);
    outdated_ = true;
  }
}

bool Archive::withdraw(const TrialId& id) {
  const auto found = present_.find(id);
  if (found == present_.end()) {
    return false;
  }
  const std::unique_ptr<Record> gone = std::move(found->second);
  present_.erase(found);
  if (gone->individual.scores.size() > 1) {
    dominance_.erase(gone->individual);
    outdated_ = true;
  } else if (gone->ticket > 0) {
    ++stale_places_;
    drop_stale();
  } else {
    leave_living(*gone);
  }
  return true;
}

void Archive::enter_living(Record& record) {
  const Individual& individual = record.individual;
  const auto place =
      std::lower_bound(living_.begin(), living_.end(), &individual,
                       [](const Individual* a, const Individual* b) { return better(*a, *b); });
  if (place == living_.end() && living_.size() == capacity_) {
    wait(record);
    return;
  }
  living_.insert(place, &individual);
  if (living_.size() > capacity_) {
    wait(*present_.find(living_.back()->id)->second);
    living_.pop_back();
  }
}

void Archive::leave_living(const Record& record) {
  living_.erase(std::find(living_.begin(), living_.end(), &record.individual));
  while (!waiting_.empty()) {
    std::pop_heap(waiting_.begin(), waiting_.end(), std::greater());
    const Place best = waiting_.back();
    waiting_.pop_back();
    const auto found = present_.find(best.id);
    if (found != present_.end() && found->second->ticket == best.ticket) {
      found->second->ticket = 0;
      living_.push_back(&found->second->individual);
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
  if (outdated_) {
    living_ = dominance_.best(capacity_);
    outdated_ = false;
  }
  return living_;
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
