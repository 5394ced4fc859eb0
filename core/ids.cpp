#include "core/ids.hpp"

#include <charconv>

namespace evolt {

std::string to_string(const TrialId& id) {
  return std::to_string(id.incarnation) + '.' + std::to_string(id.rank) + '.' +
         std::to_string(id.counter);
}

std::optional<TrialId> parse_trial_id(std::string_view text) {
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  const auto number = [&](auto& into) {
    const auto [next, error] = std::from_chars(at, end, into);
    at = next;
    return error == std::errc{};
  };
  const auto dot = [&] { return at != end && *at++ == '.'; };
  TrialId id;
  if (number(id.incarnation) && dot() && number(id.rank) && dot() && number(id.counter) &&
      at == end) {
    return id;
  }
  return std::nullopt;
}

}  // namespace evolt
