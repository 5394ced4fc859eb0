#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evolt {

/// What the electricity of a country stands for. A dated table: evolt asks nobody.
struct CarbonZone {
  std::string_view code;       ///< ISO 3166-1, two letters
  std::string_view long_code;  ///< the same, three letters
  std::string_view name;
  int year = 0;              ///< of the figure
  double grams_per_kwh = 0;  ///< of CO2 equivalent; the mean of that year
};

/// By either code, in capitals or not; nullopt: unknown, and nothing stands in for it.
std::optional<CarbonZone> find_carbon_zone(std::string_view code);

std::span<const CarbonZone> carbon_zones();

/// Country, year and source.
std::string describe(const CarbonZone& zone);

}  // namespace evolt
