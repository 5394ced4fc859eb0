#include "benchmarks/stopping/curve_table.hpp"

#include "benchmarks/search_quality/csv_columns.hpp"
#include "benchmarks/search_quality/text_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>

namespace evolt {
namespace {

namespace fs = std::filesystem;

double number_or_nan(const std::string& field) {
  return field.empty() ? std::numeric_limits<double>::quiet_NaN() : std::stod(field);
}

}  // namespace

CurveTable read_curve_table(const std::string& directory) {
  const auto space = nlohmann::json::parse(read_text_file(directory + "/space.json"));
  const double sign = space.at("direction") == "maximize" ? -1 : 1;
  CurveTable table{.name = fs::path(directory).filename().string(),
                   .epochs = space.at("epochs").get<std::int64_t>(),
                   .curves = {}};
  std::string path = directory + "/curves.csv";
  path += fs::exists(path) ? "" : ".gz";
  std::map<std::string, std::size_t> places;
  read_columns(
      path, {"config_id", "epoch", "train_loss", space.at("score").get<std::string>()},
      [&](std::span<const std::string> fields) {
        const auto [at, fresh] = places.try_emplace(fields[0], table.curves.size());
        if (fresh) {
          table.curves.push_back({.trial = {1, 0, at->second}, .points = {}});
        }
        table.curves[at->second].points.push_back({.step = std::stoll(fields[1]),
                                                   .value = sign * number_or_nan(fields[3]),
                                                   .loss = number_or_nan(fields[2]),
                                                   .others = {}});
      });
  for (Curve& curve : table.curves) {
    std::sort(curve.points.begin(), curve.points.end(),
              [](const CurvePoint& a, const CurvePoint& b) { return a.step < b.step; });
  }
  return table;
}

std::vector<std::string> tables_of(const std::string& directory) {
  if (fs::exists(fs::path(directory) / "space.json")) {
    return {directory};
  }
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (fs::exists(entry.path() / "space.json")) {
      found.push_back(entry.path().string());
    }
  }
  if (found.empty()) {
    throw std::runtime_error(directory + " holds no table (no space.json)");
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace evolt
