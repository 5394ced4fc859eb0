#include "core/words.hpp"
#include "service/study_file/parts_json.hpp"
#include "service/study_file/sections.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace evolt::detail {
namespace {

constexpr std::array<IdlePolicy, 5> kPolicies = {IdlePolicy::reserved, IdlePolicy::equal,
                                                 IdlePolicy::busy, IdlePolicy::none,
                                                 IdlePolicy::exclusive};

std::vector<std::string> read_words(const Field& field, std::string_view of_what) {
  std::vector<std::string> words;
  for (const Field& word : field.elements(of_what)) {
    words.push_back(word.text());
  }
  if (words.empty()) {
    field.fail(field.key() + " is empty");
  }
  return words;
}

nlohmann::ordered_json named_json(const NamedNumber& number) {
  return number.name.empty() ? nlohmann::ordered_json(number.value)
                             : nlohmann::ordered_json(number.name);
}

IdlePolicy read_idle(const Field& field) {
  std::vector<std::string> words;
  for (const IdlePolicy policy : kPolicies) {
    words.emplace_back(word(policy));
  }
  const std::string word_of = field.word(words);
  for (const IdlePolicy policy : kPolicies) {
    if (word(policy) == word_of) {
      return policy;
    }
  }
  return IdlePolicy::reserved;
}

}  // namespace

EnergySettings read_energy(const Section& file) {
  const Section section = file.table("energy");
  EnergySettings energy;
  if (const auto sensors = section.find("sensors")) {
    if (sensors->is_array()) {
      energy.sensors = read_words(*sensors, "names of sensors");
    } else {
      energy.measured = sensors->word({"auto", "none"}) == "auto";
    }
  }
  if (const auto scope = section.find("scope")) {
    energy.scope = read_words(*scope, "parts of a host");
  }
  if (const auto estimated = section.find("estimated")) {
    energy.estimated = estimated->word({"refuse", "allow"}) == "allow";
  }
  if (const auto idle = section.find("idle")) {
    energy.idle = read_idle(*idle);
  }
  if (const auto ratio = section.find("cpu_ratio")) {
    energy.cpu_ratio = ratio->number();
    if (!(energy.cpu_ratio >= 1)) {
      ratio->fail(ratio->key() + " is out of range", "1 or more");
    }
  }
  read_energy_terms(section, energy);
  return energy;
}

nlohmann::ordered_json energy_json(const EnergySettings& energy) {
  nlohmann::ordered_json json = {{"estimated", energy.estimated ? "allow" : "refuse"},
                                 {"idle", word(energy.idle)},
                                 {"cpu_ratio", energy.cpu_ratio}};
  if (energy.sensors.empty()) {
    json["sensors"] = energy.measured ? "auto" : "none";
  } else {
    json["sensors"] = energy.sensors;
  }
  if (!energy.scope.empty()) {
    json["scope"] = energy.scope;
  }
  if (energy.pue) {
    json["pue"] = named_json(*energy.pue);
  }
  if (energy.carbon) {
    json["carbon"] = named_json(*energy.carbon);
  }
  if (energy.tariff) {
    json["tariff"] = {{"price", energy.tariff->price}, {"currency", energy.tariff->currency}};
  }
  return json;
}

}  // namespace evolt::detail
