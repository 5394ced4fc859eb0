#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace evolt {

/// An island's index, 0 .. islands-1.
enum class IslandId : std::int32_t {};

/// Where an individual goes that makes room for an immigrant.
inline constexpr IslandId kNowhere{-1};

/// An MPI process' index, 0 .. ranks-1; 0 is the recorder.
enum class RankId : std::int32_t {};

/// The rank that records the study and holds its budget.
inline constexpr RankId kRecorder{0};

constexpr std::int32_t index(IslandId id) {
  return static_cast<std::int32_t>(id);
}
constexpr std::int32_t index(RankId id) {
  return static_cast<std::int32_t>(id);
}

/// Names one trial everywhere, without asking anybody: which start of the study's process bred it
/// (1 for the first), on which rank, and that rank's own count. The recorder gives a trial its
/// short number only when its first event arrives.
struct TrialId {
  std::uint32_t incarnation = 0;
  std::uint32_t rank = 0;
  std::uint64_t counter = 0;

  friend auto operator<=>(const TrialId&, const TrialId&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const TrialId& id) {
    return H::combine(std::move(state), id.incarnation, id.rank, id.counter);
  }
};

/// `incarnation.rank.counter`, for example `1.0.17`.
std::string to_string(const TrialId& id);

/// Reads what to_string wrote; nullopt for anything else.
std::optional<TrialId> parse_trial_id(std::string_view text);

}  // namespace evolt
