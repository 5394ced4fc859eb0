#include "service/run/programs.hpp"

#include <utility>

namespace evolt {

std::vector<std::string> Programs::summaries() const {
  std::vector<std::string> all = plugins ? plugins->summaries() : std::vector<std::string>();
  if (rule) {
    if (std::string summary = rule->summary(); !summary.empty()) {
      all.push_back(std::move(summary));
    }
  }
  return all;
}

absl::StatusOr<Programs> open_programs(boost::asio::io_context& loop, const Study& study,
                                       const Encoding& encoding, const Clock& clock,
                                       const RankPlan& plan, const std::string& directory) {
  Programs programs;
  auto plugins = PluginDesk::open(loop, study, encoding, clock,
                                  PluginDeskOptions{.self = plan.self,
                                                    .layout = plan.layout,
                                                    .incarnation = plan.incarnation,
                                                    .directory = directory});
  if (!plugins.ok()) {
    return plugins.status();
  }
  programs.plugins = *std::move(plugins);
  if (plan.rule) {
    auto rule = RuleDesk::open(loop, study, clock,
                               RuleSeat{.rank = plan.self,
                                        .incarnation = plan.incarnation,
                                        .metric = std::string(plan.outlook.metric()),
                                        .maximized = plan.outlook.in_users_sign(1) < 0,
                                        .min_steps = plan.rule->window.min_steps,
                                        .parks = plan.rule->parks},
                               directory);
    if (!rule.ok()) {
      return rule.status();
    }
    programs.rule = *std::move(rule);
  }
  return programs;
}

}  // namespace evolt
