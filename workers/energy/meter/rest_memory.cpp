#include "workers/energy/meter/rest_memory.hpp"

#include <absl/strings/str_cat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <unistd.h>

namespace evolt {
namespace {

using Json = nlohmann::json;

std::optional<RestRecord> read_record(const Json& json) {
  RestRecord record{
      .meters = json.at("meters"),
      .power = {.likely = {json.at("likely")}, .watts = {json.at("lower"), json.at("upper")}}};
  const IdlePower& power = record.power;
  const bool sound = power.watts.lower >= 0 && power.watts.lower <= power.likely.value &&
                     power.likely.value <= power.watts.upper;
  return sound && !record.meters.empty() ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace

std::vector<RestRecord> recall_rest(const std::string& path) {
  std::vector<RestRecord> records;
  try {
    std::ifstream in(path);
    const Json json = Json::parse(in, nullptr, false);
    if (!json.is_object()) {
      return {};
    }
    for (const Json& each : json.at("rest")) {
      if (auto record = read_record(each)) {
        records.push_back(*std::move(record));
      }
    }
  } catch (const std::exception&) {
    return {};  // somebody else's file, or a newer version's
  }
  return records;
}

absl::Status remember_rest(const std::string& path, const std::vector<RestRecord>& learnt) {
  std::vector<RestRecord> all = recall_rest(path);
  std::erase_if(all, [&learnt](const RestRecord& old) {
    return std::any_of(learnt.begin(), learnt.end(),
                       [&old](const RestRecord& record) { return record.meters == old.meters; });
  });
  all.insert(all.end(), learnt.begin(), learnt.end());
  Json json;
  json["rest"] = Json::array();
  for (const RestRecord& record : all) {
    json["rest"].push_back({{"meters", record.meters},
                            {"likely", record.power.likely.value},
                            {"lower", record.power.watts.lower},
                            {"upper", record.power.watts.upper}});
  }
  const std::string next = absl::StrCat(path, ".", ::getpid());
  std::ofstream out(next);
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  out.close();
  if (!out || std::rename(next.c_str(), path.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    std::remove(next.c_str());
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", why));
  }
  return absl::OkStatus();
}

}  // namespace evolt
