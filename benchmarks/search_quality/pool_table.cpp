#include "benchmarks/search_quality/pool_table.hpp"

#include "benchmarks/search_quality/csv_columns.hpp"
#include "benchmarks/search_quality/text_file.hpp"

#include <absl/strings/numbers.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace evolt {
namespace {

using nlohmann::json;

constexpr double kCrowdedWidth = 0.1;
constexpr double kCrowdedShare = 0.5;

/// One row as it is written.
struct Written {
  std::vector<std::string> fields;  ///< one for each parameter
  std::optional<double> score;
};

std::string unpacked_or_not(const std::string& path) {
  return std::filesystem::exists(path + ".gz") ? path + ".gz" : path;
}

double number_of(const std::string& text, const std::string& path) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) {
    throw std::runtime_error(path + ": \"" + text + "\" is not a number");
  }
  return number;
}

Domain domain_of(const json& parameter) {
  const std::string type = parameter.at("type");
  const std::string name = parameter.at("name");
  if (type == "cat") {
    if (!parameter.at("choices").is_array()) {
      throw Unsuitable("the choices of " + name + " are not listed");
    }
    ChoiceDomain choice;
    for (const json& value : parameter.at("choices")) {
      choice.values.push_back(value_from_json(value));
    }
    return choice;
  }
  if (type != "int" && type != "float") {
    throw Unsuitable(name + " is of the type " + type);
  }
  const json& range = parameter.at("range");
  const Scale scale = parameter.value("log", false) ? Scale::log : Scale::linear;
  if (type == "int") {
    return IntDomain{.low = range.at(0), .high = range.at(1), .scale = scale};
  }
  return FloatDomain{.low = range.at(0), .high = range.at(1), .scale = scale};
}

std::vector<Parameter> parameters_of(const json& space) {
  std::vector<Parameter> parameters;
  for (const json& parameter : space.at("parameters")) {
    if (parameter.at("type") != "graph") {
      parameters.push_back({parameter.at("name"), domain_of(parameter), {}});
    }
  }
  if (parameters.empty()) {
    throw Unsuitable("no parameter can be searched");
  }
  return parameters;
}

/// The score of each configuration at the last epoch.
std::map<std::string, double> last_scores(const std::string& directory, const json& space) {
  const std::string path = unpacked_or_not(directory + "/curves.csv");
  const std::string last = space.at("epochs").dump();
  std::map<std::string, double> scores;
  read_columns(path, {"config_id", "epoch", space.at("score")},
               [&](std::span<const std::string> fields) {
                 if (fields[1] == last && !fields[2].empty()) {
                   scores[fields[0]] = number_of(fields[2], path);
                 }
               });
  return scores;
}

std::vector<Written> read_rows_of(const std::string& directory, const json& space,
                                  const std::vector<Parameter>& parameters) {
  const std::string path = unpacked_or_not(directory + "/configs.csv");
  const std::vector<std::string> names = csv_names(path);
  const auto has = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<std::string> columns = {"config_id"};
  for (const Parameter& parameter : parameters) {
    if (!has(parameter.name)) {
      throw Unsuitable("the rows do not say " + parameter.name);
    }
    columns.push_back(parameter.name);
  }
  const std::string score = space.at("score");
  const bool told = has(score);
  std::map<std::string, double> scores;
  if (told) {
    columns.push_back(score);
  } else {
    scores = last_scores(directory, space);
  }
  const double sign = space.at("direction") == "maximize" ? -1 : 1;
  std::vector<Written> rows;
  read_columns(path, columns, [&](std::span<const std::string> fields) {
    Written row{{fields.begin() + 1, fields.begin() + 1 + std::ptrdiff_t(parameters.size())}, {}};
    if (told && !fields.back().empty()) {
      row.score = sign * number_of(fields.back(), path);
    } else if (const auto at = scores.find(fields[0]); at != scores.end()) {
      row.score = sign * at->second;
    }
    if (row.score && !std::isfinite(*row.score)) {
      row.score.reset();
    }
    rows.push_back(std::move(row));
  });
  return rows;
}

/// The value that was written; a number that was rounded out of its range is put back into it.
Value value_of(const Domain& domain, const std::string& text, const std::string& directory) {
  constexpr double kRounding = 1e-5;
  if (const auto* const choice = std::get_if<ChoiceDomain>(&domain)) {
    for (const Value& value : choice->values) {
      if (to_text(value) == text) {
        return value;
      }
    }
    throw std::runtime_error(directory + ": " + text + " is none of the choices");
  }
  const double number = number_of(text, directory);
  if (const auto* const real = std::get_if<FloatDomain>(&domain)) {
    const double inside = std::clamp(number, real->low, real->high);
    return std::abs(inside - number) <= kRounding * std::abs(number) ? inside : number;
  }
  return static_cast<std::int64_t>(std::llround(number));
}

/// Whether more than half of these lie within a tenth of [0, 1].
bool crowded(std::vector<double> genes) {
  std::sort(genes.begin(), genes.end());
  const auto reach = static_cast<std::size_t>(kCrowdedShare * static_cast<double>(genes.size()));
  for (std::size_t i = 0; i + reach < genes.size(); ++i) {
    if (genes[i + reach] - genes[i] < kCrowdedWidth) {
      return true;
    }
  }
  return false;
}

/// For each gene the share of those below it, and half of those alike.
std::vector<double> ranks_of(const std::vector<double>& genes) {
  std::vector<double> sorted = genes;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> ranks;
  for (const double gene : genes) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), gene);
    ranks.push_back(static_cast<double>((low - sorted.begin()) + (high - sorted.begin())) / 2 /
                    static_cast<double>(sorted.size()));
  }
  return ranks;
}

/// Puts numbers that crowd on their axis onto one of ranks.
void spread_out(std::vector<Parameter>& parameters, std::vector<PoolRow>& rows) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (std::holds_alternative<ChoiceDomain>(parameters[i].domain)) {
      continue;
    }
    const Axis axis(parameters[i].domain);
    std::vector<double> genes;
    for (const PoolRow& row : rows) {
      genes.push_back(axis.gene(row.params[i].second));
    }
    if (!crowded(genes)) {
      continue;
    }
    const std::vector<double> ranks = ranks_of(genes);
    parameters[i].domain = FloatDomain{.low = 0, .high = 1};
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row].params[i].second = ranks[row];
    }
  }
}

json space_in(const std::string& directory) {
  json space = json::parse(read_text_file(directory + "/space.json"));
  if (!space.contains("score") || !space.at("score").is_string()) {
    throw Unsuitable("no score is named");
  }
  return space;
}

}  // namespace

PoolTable PoolTable::read(const std::string& directory) {
  try {
    const json space = space_in(directory);
    std::vector<Parameter> parameters = parameters_of(space);
    const SearchSpace declared(parameters);
    std::vector<PoolRow> rows;
    for (const Written& written : read_rows_of(directory, space, parameters)) {
      PoolRow row{.params = {}, .genome = {}, .score = written.score};
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        row.params.emplace_back(parameters[i].name,
                                value_of(parameters[i].domain, written.fields[i], directory));
      }
      if (const absl::Status status = declared.check(row.params); !status.ok()) {
        throw std::runtime_error(directory + ": " + std::string(status.message()));
      }
      rows.push_back(std::move(row));
    }
    spread_out(parameters, rows);
    return {Encoding(SearchSpace(std::move(parameters))), std::move(rows), directory};
  } catch (const json::exception& error) {
    throw std::runtime_error(directory + "/space.json: " + error.what());
  }
}

PoolTable::PoolTable(const std::string& directory) : PoolTable(read(directory)) {}

PoolTable::PoolTable(Encoding encoding, std::vector<PoolRow> rows, const std::string& directory)
    : encoding_(std::move(encoding)),
      best_(std::numeric_limits<double>::infinity()),
      worst_(-std::numeric_limits<double>::infinity()) {
  std::set<std::vector<double>> known;
  for (PoolRow& row : rows) {
    row.genome = encoding_.encode(row.params);
    if (!known.insert(row.genome.genes).second) {
      continue;
    }
    if (row.score) {
      best_ = std::min(best_, *row.score);
      worst_ = std::max(worst_, *row.score);
    }
    rows_.push_back(std::move(row));
  }
  if (best_ >= worst_) {
    throw Unsuitable(directory + " has no two rows with different scores");
  }
}

std::size_t PoolTable::nearest(const Params& params, const std::vector<bool>& used) const {
  const std::vector<double> genes = encoding_.encode(params).genes;
  // Over the unit cube a squared distance is at most the number of genes: one differing choice
  // outweighs all numbers.
  const double differs = static_cast<double>(genes.size()) + 1;
  std::size_t nearest = rows_.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (!used.empty() && used[row]) {
      continue;
    }
    const std::vector<double>& theirs = rows_[row].genome.genes;
    double distance = 0;
    for (std::size_t i = 0; i < genes.size() && distance < least; ++i) {
      const double apart = genes[i] - theirs[i];
      distance += encoding_.choices(i) > 0 ? (apart == 0 ? 0 : differs) : apart * apart;
    }
    if (distance < least) {
      least = distance;
      nearest = row;
    }
  }
  return nearest;
}

}  // namespace evolt
