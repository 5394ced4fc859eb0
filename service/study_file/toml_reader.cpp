#include "service/study_file/toml_reader.hpp"

#include "core/config_error.hpp"
#include "service/study_file/toml_guard.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>

#define TOML_MAX_NESTED_VALUES 64
#include <toml++/toml.h>

namespace evolt::detail {
namespace {

static_assert(kDeepest == TOML_MAX_NESTED_VALUES);

std::string too_deep() {
  return "tables and arrays stand more than " + std::to_string(kDeepest) + " deep";
}

/// What the parser said, in the words of this project.
std::string reason(std::string_view why) {
  if (why.find("maximum nested value depth") != std::string_view::npos) {
    return too_deep();
  }
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (why.substr(0, kPrefix.size()) == kPrefix) {
    why.remove_prefix(kPrefix.size());
  }
  return "not valid TOML: " + std::string(why);
}

class Builder {
 public:
  explicit Builder(std::size_t source) : source_(source) {}

  Node build(const toml::node& from, int depth = 0) const {
    const Place where = place(from.source());
    if (depth > kDeepest) {
      throw ConfigError(Complaint{.what = too_deep(), .line = where.line, .column = where.column});
    }
    Node node;
    node.place = where;
    if (const auto* const table = from.as_table()) {
      node.value = build_table(*table, depth);
    } else if (const auto* const array = from.as_array()) {
      Node::Array elements;
      elements.reserve(array->size());
      for (const toml::node& element : *array) {
        elements.push_back(build(element, depth + 1));
      }
      node.value = std::move(elements);
    } else if (const auto* const text = from.as_string()) {
      node.value = text->get();
    } else if (const auto* const whole = from.as_integer()) {
      node.value = whole->get();
    } else if (const auto* const real = from.as_floating_point()) {
      node.value = real->get();
    } else if (const auto* const flag = from.as_boolean()) {
      node.value = flag->get();
    } else {
      node.value = build_moment(from);
    }
    return node;
  }

 private:
  /// toml++ sorts a table by key; the file's order comes back by sorting by place.
  Node::Table build_table(const toml::table& table, int depth) const {
    Node::Table members;
    members.reserve(table.size());
    for (const auto& [key, value] : table) {
      members.push_back({std::string(key.str()), place(key.source()), build(value, depth + 1)});
    }
    std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
      return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    });
    return members;
  }

  static Moment build_moment(const toml::node& from) {
    std::ostringstream text;
    from.visit([&](const auto& value) {
      using Kind = std::remove_cvref_t<decltype(value)>;
      if constexpr (toml::is_date<Kind> || toml::is_time<Kind> || toml::is_date_time<Kind>) {
        text << value.get();
      }
    });
    return {text.str()};
  }

  Place place(const toml::source_region& region) const {
    return {source_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  std::size_t source_;
};

}  // namespace

Node read_toml(std::string_view text, std::size_t source) {
  guard_toml(text);
  try {
    return Builder(source).build(toml::parse(text));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ConfigError(Complaint{.what = reason(error.description()),
                                .line = static_cast<int>(at.line),
                                .column = static_cast<int>(at.column)});
  }
}

}  // namespace evolt::detail
