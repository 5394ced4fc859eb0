#include "service/command/ask.hpp"

#include "service/socket/study_view.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace evolt {

using Json = nlohmann::ordered_json;

absl::StatusOr<Json> ask_study(const std::string& directory, const Json& request) {
  const auto view = read_study_view(directory, request.dump());
  if (!view.ok()) {
    return view.status();
  }
  if (const std::string age = age_text(*view); !age.empty()) {
    std::cerr << "evolt: the study itself is out of reach; " << age << std::endl;
  }
  return Json::parse(view->reply).begin().value();
}

Json trial_name(const std::string& trial) {
  const bool number = !trial.empty() && trial.size() < 18 &&
                      trial.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(trial)) : Json(trial);
}

}  // namespace evolt
