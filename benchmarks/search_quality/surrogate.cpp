#include "benchmarks/search_quality/surrogate.hpp"

#include "benchmarks/search_quality/text_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace evolt {
namespace {

constexpr const char* kTreeHeader = "target,tree,node,feature,threshold,left,right,value";

using nlohmann::json;

bool is_choice(const json& parameter) {
  return parameter.at("type") == "cat";
}

Domain domain_of(const json& parameter) {
  if (is_choice(parameter)) {
    ChoiceDomain choice;
    for (const json& value : parameter.at("choices")) {
      choice.values.push_back(value_from_json(value));
    }
    return choice;
  }
  const Scale scale = parameter.at("log").get<bool>() ? Scale::log : Scale::linear;
  if (parameter.at("type") == "int") {
    return IntDomain{.low = parameter.at("lo"), .high = parameter.at("hi"), .scale = scale};
  }
  return FloatDomain{.low = parameter.at("lo"), .high = parameter.at("hi"), .scale = scale};
}

SearchSpace space_of(const json& table) {
  std::vector<Parameter> parameters;
  for (const json& parameter : table.at("parameters")) {
    Parameter made{.name = parameter.at("name"), .domain = domain_of(parameter)};
    if (parameter.contains("parent")) {
      Requirement requirement{.param = parameter.at("parent")};
      for (const json& value : parameter.at("values")) {
        requirement.any_of.push_back(value_from_json(value));
      }
      made.when.all.push_back(std::move(requirement));
    }
    parameters.push_back(std::move(made));
  }
  return SearchSpace(std::move(parameters));
}

/// One forest for each target, in the order of the targets.
std::vector<Forest> read_forests(const std::string& path, std::size_t features) {
  const std::string text = read_text_file(path);
  std::vector<std::vector<Forest::Node>> nodes(2);
  std::vector<std::vector<std::int32_t>> roots(2);
  for (std::string_view row : rows_below(text, kTreeHeader, path)) {
    const auto target = static_cast<std::size_t>(take_number(row));
    take_field(row);  // the number of the tree: a root begins one
    const auto node = static_cast<std::int32_t>(take_number(row));
    const auto feature = static_cast<std::int32_t>(take_number(row));
    const double threshold = take_number(row);
    const auto left = static_cast<std::int32_t>(take_number(row));
    const auto right = static_cast<std::int32_t>(take_number(row));
    const double value = take_number(row);
    if (target >= nodes.size() || feature >= static_cast<std::int32_t>(features)) {
      throw std::runtime_error(path + " names a target or a feature that does not exist");
    }
    if (node == 0) {
      roots[target].push_back(static_cast<std::int32_t>(nodes[target].size()));
    }
    const std::int32_t root = roots[target].empty() ? 0 : roots[target].back();
    nodes[target].push_back(feature < 0
                                ? Forest::Node{.number = value}
                                : Forest::Node{feature, root + left, root + right, threshold});
  }
  std::vector<Forest> forests;
  for (std::size_t target = 0; target < nodes.size(); ++target) {
    forests.emplace_back(std::move(nodes[target]), std::move(roots[target]));
  }
  return forests;
}

}  // namespace

Forest::Forest(std::vector<Node> nodes, std::vector<std::int32_t> roots)
    : nodes_(std::move(nodes)), roots_(std::move(roots)) {
  if (roots_.empty()) {
    throw std::runtime_error("a forest without trees");
  }
  // Children lie behind their parent, so that every walk ends.
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const auto at = static_cast<std::int32_t>(i);
    const auto size = static_cast<std::int32_t>(nodes_.size());
    if (node.feature >= 0 &&
        (std::min(node.left, node.right) <= at || std::max(node.left, node.right) >= size)) {
      throw std::runtime_error("a tree whose children are not behind their parent");
    }
  }
}

double Forest::predict(std::span<const double> features) const {
  double sum = 0;
  for (const std::int32_t root : roots_) {
    const Node* node = &nodes_[static_cast<std::size_t>(root)];
    while (node->feature >= 0) {
      const bool left = features[static_cast<std::size_t>(node->feature)] <= node->number;
      node = &nodes_[static_cast<std::size_t>(left ? node->left : node->right)];
    }
    sum += node->number;
  }
  return sum / static_cast<double>(roots_.size());
}

Surrogate::Surrogate(const std::string& directory, const std::string& name) {
  const std::string stem = directory + '/' + name;
  const json table = json::parse(read_text_file(stem + ".json"));
  space_ = space_of(table);
  for (const json& parameter : table.at("parameters")) {
    Column column{.first = inactive_.size()};
    if (is_choice(parameter)) {
      column.choices = parameter.at("choices").get<std::vector<std::string>>();
      inactive_.resize(inactive_.size() + column.choices.size(), 0);
    } else {
      const double low = parameter.at("lo");
      const double high = parameter.at("hi");
      column.log = parameter.at("log");
      column.low = column.log ? std::log(low) : low;
      column.width = column.log ? std::log(high / low) : high - low;
      inactive_.push_back(-1);
    }
    columns_.push_back(std::move(column));
  }
  // The columns are laid out as the parameters stand; a table that lays them out otherwise would
  // be read wrongly.
  std::size_t at = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    for (std::size_t k = 0; k < std::max<std::size_t>(columns_[i].choices.size(), 1); ++k, ++at) {
      const json& feature = table.at("features").at(at);
      if (feature.at("parameter") != space_.parameters()[i].name ||
          (!columns_[i].choices.empty() && feature.at("choice") != columns_[i].choices[k])) {
        throw std::runtime_error(stem + ".json: features are not in the order of the parameters");
      }
    }
  }
  forests_ = read_forests(stem + ".trees.csv.gz", inactive_.size());
}

void Surrogate::encode(const Column& column, const Value& value, std::span<double> features) const {
  if (!column.choices.empty()) {
    const auto at =
        std::find(column.choices.begin(), column.choices.end(), std::get<std::string>(value));
    features[column.first + static_cast<std::size_t>(at - column.choices.begin())] = 1;
    return;
  }
  const auto* const whole = std::get_if<std::int64_t>(&value);
  const double number = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
  features[column.first] = ((column.log ? std::log(number) : number) - column.low) / column.width;
}

std::array<double, 2> Surrogate::evaluate(const Params& params) const {
  std::vector<double> features = inactive_;
  std::size_t parameter = 0;
  for (const auto& [name, value] : params) {
    while (space_.parameters()[parameter].name != name) {
      ++parameter;  // not active
    }
    encode(columns_[parameter], value, features);
  }
  return {forests_[0].predict(features), forests_[1].predict(features)};
}

}  // namespace evolt
