#include "core/event.hpp"

#include <iterator>

namespace evolt {
namespace {

struct Subject {
  TrialId operator()(const Bred& bred) const { return bred.trial.id; }
  TrialId operator()(const Leased& leased) const { return leased.attempt.trial; }
  TrialId operator()(const auto& other) const { return other.trial; }
};

}  // namespace

TrialId subject(const Event& event) {
  return std::visit(Subject{}, event.what);
}

const char* kind_name(const Event& event) {
  static constexpr const char* kNames[] = {"bred",     "leased", "measured", "stopped",
                                           "finished", "lost",   "migrated", "parked"};
  static_assert(std::variant_size_v<decltype(event.what)> == std::size(kNames));
  return kNames[event.what.index()];
}

}  // namespace evolt
