#include "service/run/rank_group.hpp"

#include "service/search/plan.hpp"

namespace evolt {

Layout RankGroup::layout(const Study& study, std::int32_t ranks) const {
  return make_layout(study, ranks, groups_ ? groups_->leaders() : std::vector<RankId>());
}

GroupChannel* RankGroup::open(Transport& transport) {
  if (groups_) {
    kin_ = groups_->group_of(transport.self());
    channel_ = transport.make_group(kin_);
    std::erase(kin_, transport.self());
  }
  return channel();
}

}  // namespace evolt
