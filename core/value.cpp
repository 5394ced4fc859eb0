#include "core/value.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <stdexcept>

namespace evolt {
namespace {

template <typename Number>
std::string shortest(Number number) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return error == std::errc{} ? std::string(buffer, end) : std::string();
}

template <typename Json>
Value read_value(const Json& json) {
  if (json.is_boolean()) {
    return json.template get<bool>();
  }
  if (json.is_number_integer()) {
    return json.template get<std::int64_t>();
  }
  if (json.is_number()) {
    return json.template get<double>();
  }
  if (json.is_string()) {
    return json.template get<std::string>();
  }
  throw std::invalid_argument("expected a number, a string or a boolean, got " + json.dump());
}

const double* as_double(const Value& value, double& room) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    room = static_cast<double>(*whole);
    return &room;
  }
  return std::get_if<double>(&value);
}

}  // namespace

std::string to_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return *text;
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return shortest(*whole);
  }
  return shortest(std::get<double>(value));
}

bool same_value(const Value& a, const Value& b) {
  double room_a = 0;
  double room_b = 0;
  const double* const x = as_double(a, room_a);
  const double* const y = as_double(b, room_b);
  return x != nullptr && y != nullptr ? *x == *y : a == b;
}

nlohmann::json to_json(const Value& value) {
  return std::visit([](const auto& plain) { return nlohmann::json(plain); }, value);
}

Value value_from_json(const nlohmann::json& json) {
  return read_value(json);
}

const Value* find(const Params& params, std::string_view name) {
  for (const auto& [key, value] : params) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

nlohmann::ordered_json params_to_json(const Params& params) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : params) {
    std::visit([&json, &key = name](const auto& plain) { json[key] = plain; }, value);
  }
  return json;
}

Params params_from_json(const nlohmann::ordered_json& json) {
  if (!json.is_object()) {
    throw std::invalid_argument("expected an object of parameters, got " + json.dump());
  }
  Params params;
  for (const auto& [name, value] : json.items()) {
    params.emplace_back(name, read_value(value));
  }
  return params;
}

}  // namespace evolt
