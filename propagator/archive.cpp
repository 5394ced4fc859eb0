#include "propagator/archive.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
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
          .id = individual.id,
          .individual = &individual};
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
  for (const auto& [id, individual] : other.present_) {
    admit(individual);
  }
}

Archive& Archive::operator=(const Archive& other) {
  *this = Archive(other);
  return *this;
}

void Archive::admit(Individual individual) {
  assert(!individual.scores.empty());
  assert(present_.empty() || present_.begin()->second.scores.size() == individual.scores.size());
  withdraw(individual.id);
  const TrialId id = individual.id;
  const Individual& here = present_.emplace(id, std::move(individual)).first->second;
  if (here.scores.size() == 1) {
    ranked_.insert(place_of(here));
    enter_living(here);
  } else {
    dominance_.insert(here);
    stale_ = true;
  }
}

bool Archive::withdraw(const TrialId& id) {
  const auto found = present_.find(id);
  if (found == present_.end()) {
    return false;
  }
  const Individual& here = found->second;
  if (here.scores.size() == 1) {
    leave_living(here);
    ranked_.erase(place_of(here));
  } else {
    dominance_.erase(here);
    stale_ = true;
  }
  present_.erase(found);
  return true;
}

void Archive::enter_living(const Individual& individual) {
  const auto place =
      std::lower_bound(living_.begin(), living_.end(), &individual,
                       [](const Individual* a, const Individual* b) { return better(*a, *b); });
  if (place == living_.end() && living_.size() == capacity_) {
    return;
  }
  living_.insert(place, &individual);
  if (living_.size() > capacity_) {
    living_.pop_back();
  }
}

void Archive::leave_living(const Individual& individual) {
  const auto place = std::find(living_.begin(), living_.end(), &individual);
  if (place == living_.end()) {
    return;
  }
  const auto next = ranked_.upper_bound(place_of(*living_.back()));
  living_.erase(place);
  if (next != ranked_.end()) {
    living_.push_back(next->individual);
  }
}

std::span<const Individual* const> Archive::living() const {
  if (stale_) {
    living_ = dominance_.best(capacity_);
    stale_ = false;
  }
  return living_;
}

const Individual* Archive::find(const TrialId& id) const {
  const auto found = present_.find(id);
  return found == present_.end() ? nullptr : &found->second;
}

void Archive::expect(const TrialId& id, Genome genome) {
  pending_.insert_or_assign(id, std::move(genome));
}

void Archive::resolve(const TrialId& id) {
  pending_.erase(id);
}

}  // namespace evolt
