// Islands that breed by a plug-in: what is asked and told; the rest of Rank is in rank.cpp.
#include "islands/rank.hpp"

#include <absl/strings/str_cat.h>

#include <utility>

namespace evolt {

bool Rank::has_plugin(IslandId island) const {
  return !plan_.plugins.empty() && !plan_.plugins[static_cast<std::size_t>(index(island))].empty();
}

/// The slot and the credit wait with the ask, so that nobody counts them as free.
void Rank::ask_plugin(IslandId island) {
  asking_.emplace(++asks_, Asking{island, free_.back()});
  free_.pop_back();
  actions_.emplace_back(AskSuggestion{island, asks_});
}

void Rank::tell_plugin(IslandId island, const Individual& individual, const Metrics& metrics) {
  if (has_plugin(island)) {
    actions_.emplace_back(TellResult{island, individual, metrics});
  }
}

absl::Status Rank::on_suggestion(std::int64_t ask, const std::optional<Params>& suggestion) {
  const auto at = asking_.find(ask);
  if (at == asking_.end()) {
    return absl::NotFoundError(absl::StrCat("nobody waits for ask ", ask));
  }
  if (paused_) {
    held_.emplace(ask, suggestion);
    return absl::OkStatus();
  }
  const Asking asked = at->second;
  asking_.erase(at);
  free_.push_back(asked.slot);
  Island& island = *find_island(asked.island);
  const std::string& name = plan_.plugins[static_cast<std::size_t>(index(asked.island))];
  absl::Status status;
  std::optional<Offspring> offspring;
  if (suggestion) {
    auto adopted = island.adopt(*suggestion, name, seen_);
    status = adopted.status();
    if (adopted.ok()) {
      offspring = *std::move(adopted);
    }
  }
  if (!ends_in_time() || benched_) {
    purse_.receive(1);  // it waited too long; fill_slots() gives it back
  } else if (offspring) {
    start(island, std::move(offspring), ask);
  } else {
    start(island, island.propose(seen_, known()));
  }
  fill_slots();
  end_when_complete();
  return status;
}

}  // namespace evolt
