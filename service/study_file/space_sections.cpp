#include "service/study_file/sections.hpp"

#include <absl/status/status.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace evolt::detail {
namespace {

/// Words that stand for something else in a command, in a report line or in a table of results.
constexpr std::string_view kTaken[] = {"params", "trial", "attempt", "step", "seconds", "joules"};

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();

void check_name(const Field& field, std::string_view name) {
  const auto fail = [&](std::string what, std::string allowed) {
    throw_at(field.document(), field.key_place(),
             Complaint{.what = std::move(what), .key = field.key(), .allowed = std::move(allowed)});
  };
  if (std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken)) {
    fail("parameter " + in_quotes(name) + " has the name of something built in",
         "any name but params, trial, attempt, step, seconds, joules");
  }
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7F' &&
           std::string_view("{}=\"',").find(c) == std::string_view::npos;
  });
  if (name.empty() || name.front() == '-' || !clean) {
    fail("parameter " + in_quotes(name) + " has a name that a command line cannot carry",
         "a name without blanks, quotes, commas, braces and =, and without a leading -");
  }
}

Scale read_scale(const Section& section) {
  const auto field = section.find("scale");
  return field && field->word({"linear", "log"}) == "log" ? Scale::log : Scale::linear;
}

FloatDomain read_float(const Section& section) {
  FloatDomain domain;
  domain.low = section.need("low", "a number").number();
  const Field high = section.need("high", "a number");
  domain.high = high.number();
  if (!std::isfinite(domain.high - domain.low)) {
    high.fail(high.key() + " is too far from low");
  }
  domain.scale = read_scale(section);
  if (const auto step = section.find("step")) {
    constexpr double kMostSteps = 9007199254740992.0;  // 2^53: past it, doubles skip whole numbers
    domain.step = step->number();
    if (*domain.step > 0 && (domain.high - domain.low) / *domain.step > kMostSteps) {
      step->fail(step->key() + " is too fine for the range", "at most 2^53 steps");
    }
  }
  return domain;
}

Domain read_int(const Section& section) {
  IntDomain domain;
  domain.low = section.need("low", "a whole number").whole(kLeast);
  domain.high = section.need("high", "a whole number").whole(kLeast);
  domain.scale = read_scale(section);
  if (const auto step = section.find("step")) {
    domain.step = step->whole(1);
  }
  return domain;
}

std::vector<Value> read_values(const Section& section) {
  std::vector<Value> values;
  for (const Field& field : section.need("values", "an array of values").elements("values")) {
    values.push_back(field.value());
  }
  return values;
}

Parameter read_parameter(const Section& file, const Field& field, const std::string& name) {
  check_name(field, name);
  if (!field.is_table()) {
    field.fail(field.key() + " must be a table", "{ type = ..., ... }");
  }
  const std::vector<std::string> types = {
      "float", "int", "choice", "ordinal", "gpu_power_limit", "cpu_power_limit"};
  const auto fields = field.members();
  const auto type = std::find_if(fields.begin(), fields.end(), [&](const Field& each) {
    return each.key() == field.key() + ".type";
  });
  if (type == fields.end()) {
    throw_at(file.document(), field.node().place,
             Complaint{.what = field.key() + ".type is missing",
                       .key = field.key() + ".type",
                       .allowed = R"("float", "int", "choice", "ordinal", "gpu_power_limit", )"
                                  R"("cpu_power_limit")"});
  }
  const std::string word = type->word(types);
  const Section section(file.document(), field, keys_of("param." + word),
                        absl::StrCat("the ", word, " parameter ", in_quotes(name)));
  Parameter parameter;
  parameter.name = name;
  if (word == "float") {
    parameter.domain = read_float(section);
  } else if (word == "int") {
    parameter.domain = read_int(section);
  } else if (word == "choice") {
    parameter.domain = ChoiceDomain{read_values(section)};
  } else if (word == "ordinal") {
    parameter.domain = OrdinalDomain{read_values(section)};
  } else {
    FloatDomain domain = read_float(section);
    domain.scale = Scale::linear;
    parameter.domain = domain;
    parameter.knob = word == "gpu_power_limit" ? Knob::gpu_power_limit : Knob::cpu_power_limit;
  }
  if (const auto when = section.find("when")) {
    for (const Field& need : when->members()) {
      parameter.when.all.push_back(
          read_requirement(need, need.key().substr(when->key().size() + 1)));
    }
  }
  return parameter;
}

/// The first part of `node` that an override set; nullptr when the file wrote all of it.
const Node* overridden(const Node& node) {
  if (node.place.source != 0) {
    return &node;
  }
  const Node* found = nullptr;
  if (const auto* const table = std::get_if<Node::Table>(&node.value)) {
    for (std::size_t i = 0; i < table->size() && found == nullptr; ++i) {
      found = overridden((*table)[i].value);
    }
  } else if (const auto* const array = std::get_if<Node::Array>(&node.value)) {
    for (std::size_t i = 0; i < array->size() && found == nullptr; ++i) {
      found = overridden((*array)[i]);
    }
  }
  return found;
}

/// The place of what a complaint of SearchSpace is about; nullopt for the space as a whole.
std::optional<Place> place_of(std::string_view key, const Section& file) {
  constexpr std::string_view kParam = "param.";
  constexpr std::string_view kForbid = "forbid.";
  if (key.substr(0, kParam.size()) == kParam) {
    const auto param = file.find("param");
    const Member* const entry = param ? member(param->node(), key.substr(kParam.size())) : nullptr;
    if (entry == nullptr) {
      return std::nullopt;
    }
    const Node* const changed = overridden(entry->value);
    return changed != nullptr ? changed->place : entry->place;
  }
  if (key.substr(0, kForbid.size()) == kForbid) {
    const auto forbid = file.find("forbid");
    std::size_t index = 0;
    if (forbid && absl::SimpleAtoi(std::string(key.substr(kForbid.size())), &index)) {
      const Node& condition = std::get<Node::Array>(forbid->node().value).at(index);
      const Node* const changed = overridden(condition);
      return (changed != nullptr ? changed : &condition)->place;
    }
  }
  if (const auto param = file.find("param")) {
    return param->node().place;
  }
  return std::nullopt;
}

/// The value as its parameter's own type: a float stays a float where the user wrote `4`.
/// Requires: check_value(domain, value) is OK.
Value typed(const Domain& domain, const Value& value) {
  if (std::holds_alternative<FloatDomain>(domain)) {
    const auto* const whole = std::get_if<std::int64_t>(&value);
    return whole != nullptr ? Value(static_cast<double>(*whole)) : value;
  }
  if (std::holds_alternative<IntDomain>(domain)) {
    const auto* const real = std::get_if<double>(&value);
    return real != nullptr ? Value(static_cast<std::int64_t>(*real)) : value;
  }
  const auto& values = std::holds_alternative<ChoiceDomain>(domain)
                           ? std::get<ChoiceDomain>(domain).values
                           : std::get<OrdinalDomain>(domain).values;
  return *std::find_if(values.begin(), values.end(),
                       [&](const Value& own) { return same_value(own, value); });
}

/// The value that a message of SearchSpace::check speaks of, or the whole table.
Place place_of_value(std::string_view message, const Field& values) {
  for (const Member& entry : std::get<Node::Table>(values.node().value)) {
    if (message.rfind(entry.key + " = ", 0) == 0 ||
        message.find("parameter " + in_quotes(entry.key) + " ") != std::string_view::npos ||
        message == "there is no parameter " + in_quotes(entry.key)) {
      return entry.place;
    }
  }
  return values.node().place;
}

Params read_point(const Field& values, const SearchSpace& space) {
  Params written;
  for (const Field& field : values.members()) {
    written.emplace_back(field.key().substr(values.key().size() + 1), field.value());
  }
  if (const absl::Status status = space.check(written); !status.ok()) {
    const std::string message(status.message());
    throw_at(values.document(), place_of_value(message, values),
             Complaint{.what = "this point is not in the search space: " + message,
                       .key = values.key()});
  }
  Params point;
  for (const Parameter& parameter : space.parameters()) {
    if (const Value* const value = find(written, parameter.name)) {
      point.emplace_back(parameter.name, typed(parameter.domain, *value));
    }
  }
  return point;
}

}  // namespace

void read_bounds(const Field& field, Requirement& requirement) {
  const Section bounds(field.document(), field, keys_of("when"), field.key());
  const auto read = [&](std::string_view key, std::optional<double>& bound) {
    if (const auto found = bounds.find(key)) {
      bound = found->number();
    }
  };
  read("ge", requirement.ge);
  read("gt", requirement.gt);
  read("le", requirement.le);
  read("lt", requirement.lt);
  const auto& r = requirement;
  if (!r.ge && !r.gt && !r.le && !r.lt) {
    field.fail(field.key() + " needs a bound", "ge, gt, le, lt");
  }
  const double low = std::max(r.ge.value_or(-HUGE_VAL), r.gt.value_or(-HUGE_VAL));
  const double high = std::min(r.le.value_or(HUGE_VAL), r.lt.value_or(HUGE_VAL));
  const bool open = (r.gt && *r.gt == low) || (r.lt && *r.lt == high);
  if (low > high || (low == high && open)) {
    throw_at(field.document(), field.node().place,
             Complaint{.what = field.key() + " can never hold: no number meets its bounds",
                       .key = field.key()});
  }
}

Requirement read_requirement(const Field& field, const std::string& name) {
  Requirement requirement;
  requirement.param = name;
  if (field.is_table()) {
    read_bounds(field, requirement);
  } else if (field.is_array()) {
    for (const Field& element : field.elements("values")) {
      requirement.any_of.push_back(element.value());
    }
    if (requirement.any_of.empty()) {
      field.fail(field.key() + " can never hold", "a value, [values], or { ge, gt, le, lt }");
    }
  } else {
    requirement.any_of.push_back(field.value());
  }
  return requirement;
}

SearchSpace read_space(const Section& file) {
  std::vector<Parameter> parameters;
  if (const auto param = file.find("param")) {
    for (const Field& field : param->members()) {
      parameters.push_back(
          read_parameter(file, field, field.key().substr(param->key().size() + 1)));
    }
  }
  std::vector<Condition> forbidden;
  if (const auto forbid = file.find("forbid")) {
    for (const Field& each : forbid->elements("tables: [[forbid]]")) {
      Condition& condition = forbidden.emplace_back();
      for (const Field& need : each.members()) {
        condition.all.push_back(read_requirement(need, need.key().substr(each.key().size() + 1)));
      }
    }
  }
  try {
    return SearchSpace(std::move(parameters), std::move(forbidden));
  } catch (const ConfigError& error) {
    throw_at(file.document(), place_of(error.complaint().key, file).value_or(Place{}),
             error.complaint());
  }
}

std::vector<Params> read_start(const Section& file, const SearchSpace& space) {
  std::vector<Params> points;
  const auto start = file.find("start");
  if (!start) {
    return points;
  }
  for (const Field& each : start->elements("tables: [[start]]")) {
    const Section section(file.document(), each, keys_of("start"), "[[start]]");
    const Field values = section.need("values", "{ NAME = VALUE, ... }");
    Params point = read_point(values, space);
    if (std::find(points.begin(), points.end(), point) != points.end()) {
      throw_at(file.document(), values.node().place,
               Complaint{.what = values.key() + " stands twice", .key = values.key()});
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace evolt::detail
