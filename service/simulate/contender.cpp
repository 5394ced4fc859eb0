#include "service/simulate/contender.hpp"

#include "core/config_error.hpp"
#include "propagator/catalogue.hpp"
#include "workers/text.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>

namespace evolt {
namespace {

constexpr std::string_view kIEpoch = "i-epoch";

std::int64_t whole(std::string_view text, std::string_view stopper) {
  const auto value = read_whole<std::int64_t>(text);
  if (!value || *value < 1) {
    throw ConfigError(
        Complaint{.what = "i-epoch needs the number of its epochs, and may have that of those it "
                          "finishes",
                  .key = "--stopper",
                  .found = '"' + std::string(stopper) + '"',
                  .allowed = "i-epoch:I or i-epoch:I:TOP, both whole numbers above 0"});
  }
  return *value;
}

std::optional<IEpoch> parse_i_epoch(std::string_view stopper) {
  const std::vector<std::string_view> parts = split(stopper, ':');
  if (parts.front() != kIEpoch) {
    return std::nullopt;
  }
  IEpoch rule{.epochs = whole(parts.size() > 1 && parts.size() < 4 ? parts[1] : "", stopper)};
  if (parts.size() > 2) {
    rule.top = whole(parts[2], stopper);
  }
  return rule;
}

}  // namespace

std::vector<std::string> search_names() {
  return propagator_names();  // `evolution` and `random` are among them
}

Contender make_contender(std::string_view search, std::string_view stopper) {
  const std::vector<std::string> names = search_names();
  if (std::find(names.begin(), names.end(), search) == names.end()) {
    throw ConfigError(Complaint{.what = "there is no such search",
                                .key = "--search",
                                .found = '"' + std::string(search) + '"',
                                .allowed = absl::StrJoin(names, ", "),
                                .nearest = nearest_word(search, names)});
  }
  return {.name = concat(search, "+", stopper),
          .search = std::string(search),
          .stopper = std::string(stopper),
          .i_epoch = parse_i_epoch(stopper)};
}

Contender parse_contender(std::string_view text, std::string_view option) {
  const std::size_t plus = text.find('+');
  if (plus == std::string_view::npos) {
    throw ConfigError(Complaint{.what = "a contender is a search and a stopper",
                                .key = std::string(option),
                                .found = '"' + std::string(text) + '"',
                                .allowed = "SEARCH+STOPPER, for example random+asha"});
  }
  return make_contender(text.substr(0, plus), text.substr(plus + 1));
}

Study Contender::study(const Study& study) const {
  Study own = study;
  if (search != "evolution" && search != "random") {
    own.search.propagator = search;
    own.islands.kind.clear();
  }
  if (i_epoch) {
    own.stopper = StopperSettings{.kind = "none"};
    own.trial.steps = std::min(own.trial.steps, i_epoch->epochs);
  } else if (stopper != own.stopper.kind.name) {
    own.stopper.kind = stopper;
    own.stopper.min_steps.reset();
  }
  return own;
}

}  // namespace evolt
