#include "service/study_file/carbon_zones.hpp"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

namespace evolt {
namespace {

// Greenhouse gases of the electricity that a country generates (not of what it imports), over the
// life cycle of its plants, grams of CO2 equivalent for each kWh; the mean of the year given.
// Source: Ember (2025), "Yearly electricity data", and Energy Institute (2025), "Statistical Review
// of World Energy", both as processed by Our World in Data, "Carbon intensity of electricity
// generation", https://ourworldindata.org/grapher/carbon-intensity-electricity, in the state of
// 2025; licence of both, Ember and Our World in Data: CC BY 4.0. Rounded to 0.1 g. Left out: small
// territories, whose figures are rough, and whatever is older than 2023.
constexpr CarbonZone kZones[] = {
    {"AE", "ARE", "United Arab Emirates", 2023, 492.7},
    {"AF", "AFG", "Afghanistan", 2023, 123.7},
    {"AG", "ATG", "Antigua and Barbuda", 2023, 611.1},
    {"AL", "ALB", "Albania", 2023, 24.4},
    {"AM", "ARM", "Armenia", 2024, 244.3},
    {"AO", "AGO", "Angola", 2023, 167.2},
    {"AR", "ARG", "Argentina", 2024, 358.9},
    {"AT", "AUT", "Austria", 2024, 102.6},
    {"AU", "AUS", "Australia", 2024, 551.6},
    {"AZ", "AZE", "Azerbaijan", 2024, 633.1},
    {"BA", "BIH", "Bosnia and Herzegovina", 2024, 638.0},
    {"BB", "BRB", "Barbados", 2023, 600.0},
    {"BD", "BGD", "Bangladesh", 2024, 694.6},
    {"BE", "BEL", "Belgium", 2024, 117.6},
    {"BF", "BFA", "Burkina Faso", 2023, 554.9},
    {"BG", "BGR", "Bulgaria", 2024, 264.2},
    {"BH", "BHR", "Bahrain", 2023, 902.4},
    {"BJ", "BEN", "Benin", 2023, 590.0},
    {"BN", "BRN", "Brunei", 2023, 892.7},
    {"BO", "BOL", "Bolivia", 2024, 468.0},
    {"BR", "BRA", "Brazil", 2024, 103.2},
    {"BT", "BTN", "Bhutan", 2023, 24.2},
    {"BW", "BWA", "Botswana", 2023, 849.4},
    {"BY", "BLR", "Belarus", 2024, 313.6},
    {"CA", "CAN", "Canada", 2024, 174.8},
    {"CD", "COD", "Democratic Republic of Congo", 2023, 27.0},
    {"CG", "COG", "Congo", 2023, 713.7},
    {"CH", "CHE", "Switzerland", 2024, 36.6},
    {"CI", "CIV", "Cote d'Ivoire", 2023, 393.5},
    {"CL", "CHL", "Chile", 2024, 265.5},
    {"CM", "CMR", "Cameroon", 2023, 285.7},
    {"CN", "CHN", "China", 2024, 559.6},
    {"CO", "COL", "Colombia", 2024, 285.8},
    {"CR", "CRI", "Costa Rica", 2024, 63.0},
    {"CU", "CUB", "Cuba", 2023, 639.0},
    {"CY", "CYP", "Cyprus", 2024, 512.2},
    {"CZ", "CZE", "Czechia", 2024, 413.9},
    {"DE", "DEU", "Germany", 2024, 344.1},
    {"DK", "DNK", "Denmark", 2024, 143.3},
    {"DO", "DOM", "Dominican Republic", 2024, 566.7},
    {"DZ", "DZA", "Algeria", 2023, 633.6},
    {"EC", "ECU", "Ecuador", 2024, 209.7},
    {"EE", "EST", "Estonia", 2024, 341.0},
    {"EG", "EGY", "Egypt", 2024, 571.9},
    {"ES", "ESP", "Spain", 2024, 146.2},
    {"ET", "ETH", "Ethiopia", 2023, 23.5},
    {"FI", "FIN", "Finland", 2024, 72.2},
    {"FJ", "FJI", "Fiji", 2023, 278.3},
    {"FR", "FRA", "France", 2024, 44.2},
    {"GA", "GAB", "Gabon", 2023, 429.5},
    {"GB", "GBR", "United Kingdom", 2024, 210.9},
    {"GE", "GEO", "Georgia", 2024, 143.1},
    {"GH", "GHA", "Ghana", 2023, 452.9},
    {"GR", "GRC", "Greece", 2024, 319.8},
    {"GT", "GTM", "Guatemala", 2023, 272.7},
    {"HK", "HKG", "Hong Kong", 2023, 682.0},
    {"HN", "HND", "Honduras", 2023, 289.5},
    {"HR", "HRV", "Croatia", 2024, 174.5},
    {"HU", "HUN", "Hungary", 2024, 182.8},
    {"ID", "IDN", "Indonesia", 2023, 682.4},
    {"IE", "IRL", "Ireland", 2024, 279.7},
    {"IL", "ISR", "Israel", 2023, 567.3},
    {"IN", "IND", "India", 2024, 708.3},
    {"IQ", "IRQ", "Iraq", 2023, 689.4},
    {"IR", "IRN", "Iran", 2024, 641.9},
    {"IS", "ISL", "Iceland", 2023, 28.3},
    {"IT", "ITA", "Italy", 2024, 287.5},
    {"JP", "JPN", "Japan", 2024, 482.3},
    {"KE", "KEN", "Kenya", 2024, 84.8},
    {"KG", "KGZ", "Kyrgyzstan", 2024, 163.7},
    {"KH", "KHM", "Cambodia", 2024, 497.5},
    {"KR", "KOR", "South Korea", 2024, 414.3},
    {"KW", "KWT", "Kuwait", 2024, 637.2},
    {"KZ", "KAZ", "Kazakhstan", 2024, 801.9},
    {"LA", "LAO", "Laos", 2023, 232.1},
    {"LB", "LBN", "Lebanon", 2023, 369.5},
    {"LT", "LTU", "Lithuania", 2024, 139.3},
    {"LU", "LUX", "Luxembourg", 2024, 134.6},
    {"LV", "LVA", "Latvia", 2024, 136.2},
    {"LY", "LBY", "Libya", 2023, 830.5},
    {"MA", "MAR", "Morocco", 2024, 577.7},
    {"MD", "MDA", "Moldova", 2024, 629.6},
    {"ME", "MNE", "Montenegro", 2024, 413.5},
    {"MK", "MKD", "North Macedonia", 2024, 569.0},
    {"ML", "MLI", "Mali", 2023, 394.5},
    {"MM", "MMR", "Myanmar", 2024, 569.7},
    {"MN", "MNG", "Mongolia", 2024, 784.0},
    {"MT", "MLT", "Malta", 2024, 484.2},
    {"MU", "MUS", "Mauritius", 2023, 633.0},
    {"MX", "MEX", "Mexico", 2024, 484.8},
    {"MY", "MYS", "Malaysia", 2024, 604.4},
    {"MZ", "MOZ", "Mozambique", 2023, 127.8},
    {"NG", "NGA", "Nigeria", 2024, 507.8},
    {"NI", "NIC", "Nicaragua", 2023, 288.3},
    {"NL", "NLD", "Netherlands", 2024, 253.3},
    {"NO", "NOR", "Norway", 2024, 30.7},
    {"NZ", "NZL", "New Zealand", 2024, 120.1},
    {"OM", "OMN", "Oman", 2024, 545.3},
    {"PA", "PAN", "Panama", 2023, 258.7},
    {"PE", "PER", "Peru", 2024, 263.3},
    {"PG", "PNG", "Papua New Guinea", 2023, 513.7},
    {"PH", "PHL", "Philippines", 2024, 613.4},
    {"PK", "PAK", "Pakistan", 2024, 398.6},
    {"PL", "POL", "Poland", 2024, 615.0},
    {"PR", "PRI", "Puerto Rico", 2024, 664.5},
    {"PT", "PRT", "Portugal", 2024, 112.3},
    {"PY", "PRY", "Paraguay", 2023, 24.9},
    {"QA", "QAT", "Qatar", 2024, 602.8},
    {"RO", "ROU", "Romania", 2024, 245.6},
    {"RS", "SRB", "Serbia", 2024, 670.8},
    {"RU", "RUS", "Russia", 2024, 449.2},
    {"RW", "RWA", "Rwanda", 2023, 301.9},
    {"SA", "SAU", "Saudi Arabia", 2023, 696.3},
    {"SD", "SDN", "Sudan", 2023, 214.3},
    {"SE", "SWE", "Sweden", 2024, 35.8},
    {"SG", "SGP", "Singapore", 2024, 498.7},
    {"SI", "SVN", "Slovenia", 2024, 227.6},
    {"SK", "SVK", "Slovakia", 2024, 96.5},
    {"SN", "SEN", "Senegal", 2023, 535.4},
    {"SV", "SLV", "El Salvador", 2024, 101.6},
    {"TH", "THA", "Thailand", 2024, 554.5},
    {"TJ", "TJK", "Tajikistan", 2024, 115.9},
    {"TN", "TUN", "Tunisia", 2024, 560.2},
    {"TR", "TUR", "Turkey", 2024, 469.7},
    {"TT", "TTO", "Trinidad and Tobago", 2023, 682.1},
    {"TW", "TWN", "Taiwan", 2024, 635.7},
    {"TZ", "TZA", "Tanzania", 2023, 371.6},
    {"US", "USA", "United States", 2024, 383.5},
    {"UY", "URY", "Uruguay", 2024, 96.7},
    {"UZ", "UZB", "Uzbekistan", 2023, 1121.2},
    {"VE", "VEN", "Venezuela", 2023, 180.3},
    {"VN", "VNM", "Vietnam", 2024, 471.2},
    {"YE", "YEM", "Yemen", 2023, 586.3},
    {"ZA", "ZAF", "South Africa", 2024, 708.9},
    {"ZM", "ZMB", "Zambia", 2023, 111.0},
    {"ZW", "ZWE", "Zimbabwe", 2023, 298.4},
};

}  // namespace

std::optional<CarbonZone> find_carbon_zone(std::string_view code) {
  const std::string upper = absl::AsciiStrToUpper(std::string(code));
  for (const CarbonZone& zone : kZones) {
    if (zone.code == upper || zone.long_code == upper) {
      return zone;
    }
  }
  return std::nullopt;
}

std::span<const CarbonZone> carbon_zones() {
  return kZones;
}

std::string describe(const CarbonZone& zone) {
  return absl::StrCat(std::string(zone.name), ", mean of ", zone.year,
                      ", Ember (2025) by Our World in Data");
}

}  // namespace evolt
