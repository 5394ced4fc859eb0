#include "benchmarks/search_quality/fronts.hpp"

#include "benchmarks/search_quality/text_file.hpp"

#include <nlohmann/json.hpp>

namespace evolt {

Fronts read_fronts(const std::string& data) {
  Fronts fronts;
  const auto json = nlohmann::json::parse(read_text_file(data + "/fronts.json"));
  for (const auto& [name, front] : json.items()) {
    fronts[name] = {{front.at("ref").at(0), front.at("ref").at(1)}, front.at("hv_star")};
  }
  return fronts;
}

}  // namespace evolt
