#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace evolt {

/// A parameter's value as the user wrote it.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// The value as a trainer gets it on its command line: shortest text that reads back the same;
/// `true`/`false`; strings as they are.
std::string to_text(const Value& value);

/// Numbers are equal by value (1 == 1.0); everything else only within its type.
bool same_value(const Value& a, const Value& b);

nlohmann::json to_json(const Value& value);

/// Throws std::invalid_argument for null, arrays and objects.
Value value_from_json(const nlohmann::json& json);

/// The active parameters of one configuration, in the order of the search space.
using Params = std::vector<std::pair<std::string, Value>>;

/// The value of `name`; nullptr where it is not active.
const Value* find(const Params& params, std::string_view name);

/// One object, keys in the order of the search space.
nlohmann::ordered_json params_to_json(const Params& params);

/// Throws std::invalid_argument when `json` is not an object of plain values.
Params params_from_json(const nlohmann::ordered_json& json);

}  // namespace evolt
