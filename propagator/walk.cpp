#include "propagator/walk.hpp"

namespace evolt {

Walk::Walk(const Encoding& encoding)
    : encoding_(&encoding), mask_(encoding.size(), false), level_(encoding.size(), 0) {
  genome_.genes.assign(encoding.size(), 0);
}

std::optional<Genome> Walk::next(Rng& rng, std::int64_t& patience) {
  const Rules& rules = encoding_->rules();
  while (!done_ && patience > 0) {
    if (depth_ == rules.order().size()) {
      Genome found = genome_;
      retreat();
      return found;
    }
    const std::size_t i = rules.order()[depth_];
    const Axis& axis = encoding_->axis(i);
    if (fresh_) {
      mask_[i] = rules.awake(i, genome_, mask_, encoding_->axes());
      level_[depth_] = 0;
    }
    fresh_ = true;
    if (mask_[i]) {
      endless_ = endless_ || axis.levels() == 0;
      genome_.genes[i] = axis.levels() == 0 ? rng.uniform() : axis.gene_at(level_[depth_]);
    }
    if (rules.forbidden_at(depth_, genome_, mask_, encoding_->axes())) {
      --patience;
      ++depth_;
      retreat();
    } else {
      ++depth_;
    }
  }
  return std::nullopt;
}

void Walk::retreat() {
  while (depth_ > 0) {
    --depth_;
    const std::size_t i = encoding_->rules().order()[depth_];
    if (mask_[i] && level_[depth_] + 1 < encoding_->axis(i).levels()) {
      ++level_[depth_];
      fresh_ = false;
      return;
    }
  }
  fresh_ = true;
  done_ = !endless_;
}

}  // namespace evolt
