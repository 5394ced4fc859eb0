#include "propagator/proposer.hpp"

#include "core/config_error.hpp"
#include "propagator/immigrant.hpp"
#include "propagator/latin_hypercube.hpp"
#include "propagator/transfer.hpp"

#include <absl/strings/str_cat.h>

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>

namespace evolt {
namespace {

// A space with room is rarely left without a proposal after these; one without is walked through.
constexpr int kBreedings = 5;
constexpr int kMutations = 8;
constexpr int kDraws = 64;
constexpr std::int64_t kPatience = 200'000;

}  // namespace

Proposer::Proposer(const Encoding& encoding, Propagator propagator, OpeningMoves opening, Rng& rng)
    : encoding_(&encoding),
      propagator_(std::move(propagator)),
      // What was bred twice lies where everything near is known: stray further than breeding does.
      stray_(MutationOptions{.more = 0.5, .scale = 0.4, .decades = 1}),
      walk_(encoding) {
  const Arity arity = propagator_.arity();
  if (arity.parents.value_or(0) != 0 || arity.offspring != 1) {
    throw ConfigError(Complaint{.what = absl::StrCat("propagator ", std::string(propagator_.name()),
                                                     " does not breed one offspring from the "
                                                     "archive; put a selection before it"),
                                .key = "search.propagator"});
  }
  for (std::size_t i = 0; i < opening.start.size(); ++i) {
    if (const auto status = encoding.space().check(opening.start[i]); !status.ok()) {
      throw ConfigError(Complaint{
          .what = absl::StrCat("[[start]] number ", i + 1, ": ", std::string(status.message())),
          .key = absl::StrCat("start.", i)});
    }
    opening_.push_back({.genome = encoding.encode(opening.start[i]),
                        .lineage = {.propagator = "start", .parents = {}}});
  }
  for (const Params& params : opening.prior) {
    Genome genome = encoding.random(rng);
    put(encoding, params, genome);
    opening_.push_back({.genome = std::move(genome),
                        .lineage = {.propagator = std::string(Transfer::kName), .parents = {}}});
  }
  given_ = opening_.size();
  for (Genome& genome : latin_hypercube(encoding, opening.sampled, rng)) {
    opening_.push_back(
        {.genome = std::move(genome), .lineage = {.propagator = "sample", .parents = {}}});
  }
}

bool Proposer::take(const Genome& genome, Seen& seen) const {
  return encoding_->allowed(genome) && seen.insert(encoding_->key(genome));
}

std::optional<Offspring> Proposer::open(Seen& seen, Rng& rng) {
  while (opened_ < opening_.size()) {
    Offspring offspring = std::move(opening_[opened_++]);
    if (take(offspring.genome, seen)) {
      return offspring;
    }
    // A sampled point that cannot be is replaced, so that the opening keeps its size.
    if (offspring.lineage.propagator == "sample") {
      if (auto drawn = draw(seen, rng)) {
        return drawn;
      }
    }
  }
  return std::nullopt;
}

std::optional<Offspring> Proposer::open_given(Seen& seen) {
  while (opened_ < given_) {
    Offspring offspring = std::move(opening_[opened_++]);
    if (take(offspring.genome, seen)) {
      return offspring;
    }
  }
  return std::nullopt;
}

absl::StatusOr<Offspring> Proposer::adopt(const Params& params, std::string_view name,
                                          Seen& seen) const {
  if (absl::Status status = encoding_->space().check(params); !status.ok()) {
    return status;
  }
  Genome genome = encoding_->encode(params);
  if (!take(genome, seen)) {
    return absl::AlreadyExistsError("this configuration was proposed before");
  }
  return Offspring{.genome = std::move(genome),
                   .lineage = {.propagator = std::string(name), .parents = {}}};
}

std::optional<Offspring> Proposer::draw(Seen& seen, Rng& rng) const {
  for (int i = 0; i < kDraws; ++i) {
    Genome genome = encoding_->random(rng);
    if (take(genome, seen)) {
      return Offspring{.genome = std::move(genome),
                       .lineage = {.propagator = std::string(Immigrant::kName), .parents = {}}};
    }
  }
  return std::nullopt;
}

std::optional<Offspring> Proposer::propose(const Archive& archive, const Archive& known, Seen& seen,
                                           Rng& rng) {
  if (auto offspring = open(seen, rng)) {
    return offspring;
  }
  if (walk_.done()) {
    return std::nullopt;
  }
  const Ground ground{*encoding_, archive, known};
  Offspring last;
  for (int i = 0; i < kBreedings; ++i) {
    Brood brood = propagator_.breed(ground, {}, rng);
    assert(brood.size() == 1);
    last = std::move(brood.front());
    if (take(last.genome, seen)) {
      return last;
    }
  }
  for (int i = 0; i < kMutations; ++i) {
    stray_.mutate(*encoding_, last.genome, rng);
    if (take(last.genome, seen)) {
      return last;
    }
  }
  if (auto drawn = draw(seen, rng)) {
    return drawn;
  }
  std::int64_t patience = kPatience;
  while (auto genome = walk_.next(rng, patience)) {
    if (take(*genome, seen)) {
      return Offspring{.genome = *std::move(genome),
                       .lineage = {.propagator = "walk", .parents = {}}};
    }
    patience = kPatience;
  }
  return std::nullopt;
}

}  // namespace evolt
