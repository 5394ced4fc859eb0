#include "service/study_file/overrides.hpp"

#include "core/config_error.hpp"
#include "service/study_file/field.hpp"
#include "service/study_file/toml_reader.hpp"

#include <absl/strings/numbers.h>
#include <absl/strings/str_join.h>

#include <utility>
#include <vector>

namespace evolt::detail {
namespace {

/// The `=` that ends the key: the first one outside quotes.
std::size_t end_of_key(std::string_view setting) {
  char quote = '\0';
  for (std::size_t i = 0; i < setting.size(); ++i) {
    const char c = setting[i];
    if (quote == '\0' && c == '=') {
      return i;
    }
    if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote == '"' && c == '\\') {
      ++i;
    } else if (c == quote) {
      quote = '\0';
    }
  }
  return std::string_view::npos;
}

/// The only member of a table; nullptr when there are none or several.
const Member* only_member(const Node& node) {
  const auto& table = std::get<Node::Table>(node.value);
  return table.size() == 1 ? &table.front() : nullptr;
}

std::vector<std::string> split_key(std::string_view key) {
  const auto refuse = [&]() -> ConfigError {
    return ConfigError(
        Complaint{.what = in_quotes(key) + " is not a dotted key", .allowed = "a.b=value"});
  };
  if (key.find('\n') != std::string_view::npos) {
    throw refuse();
  }
  Node tree;
  try {
    tree = read_toml(std::string(key) + " = 0", 0);
  } catch (const ConfigError&) {
    throw refuse();
  }
  std::vector<std::string> segments;
  const Node* node = &tree;
  while (std::holds_alternative<Node::Table>(node->value)) {
    const Member* const entry = only_member(*node);
    if (entry == nullptr) {
      throw refuse();  // a comment, or nothing
    }
    segments.push_back(entry->key);
    node = &entry->value;
  }
  return segments;
}

void set_source(Node& node, std::size_t source) {
  node.place = Place{source, 0, 0};
  if (auto* const array = std::get_if<Node::Array>(&node.value)) {
    for (Node& element : *array) {
      set_source(element, source);
    }
  } else if (auto* const table = std::get_if<Node::Table>(&node.value)) {
    for (Member& entry : *table) {
      entry.place = Place{source, 0, 0};
      set_source(entry.value, source);
    }
  }
}

Node read_value(std::string_view text, std::size_t source) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    throw ConfigError(Complaint{.what = "the value is missing", .allowed = "a.b=value"});
  }
  text.remove_prefix(first);
  try {
    Node tree = read_toml("value = " + std::string(text), source);
    if (only_member(tree) == nullptr) {
      throw ConfigError("the value must be a single one");
    }
    Node value = std::move(std::get<Node::Table>(tree.value).front().value);
    set_source(value, source);
    return value;
  } catch (const ConfigError& error) {
    const bool bare = std::string_view("\"'[{").find(text.front()) == std::string_view::npos;
    if (bare && text.find('\n') == std::string_view::npos) {
      return Node{std::string(text.substr(0, text.find_last_not_of(' ') + 1)), Place{source, 0, 0}};
    }
    throw ConfigError(error.complaint().what);  // its line and column are not the user's
  }
}

/// The child of `node` that `segment` names, made where it is missing; nullptr where none can be.
Node* child(Node& node, const std::string& segment, const Place& place) {
  if (auto* const array = std::get_if<Node::Array>(&node.value)) {
    std::size_t index = 0;
    return absl::SimpleAtoi(segment, &index) && index < array->size() ? &(*array)[index] : nullptr;
  }
  auto* const table = std::get_if<Node::Table>(&node.value);
  if (table == nullptr) {
    return nullptr;
  }
  if (Member* const entry = member(node, segment)) {
    return &entry->value;
  }
  table->push_back({segment, place, Node{Node::Table{}, place}});
  return &table->back().value;
}

}  // namespace

void apply_override(Document& document, const std::string& setting) {
  const Place place{document.sources.size(), 0, 0};
  const std::string printable = is_utf8(setting) ? setting : in_quotes(setting);
  document.sources.push_back("--set " + printable);
  try {
    const std::size_t equals = end_of_key(setting);
    if (!is_utf8(setting)) {
      throw ConfigError("not UTF-8");
    }
    if (equals == std::string::npos) {
      throw ConfigError(Complaint{.what = "there is no =", .allowed = "a.b=value"});
    }
    const std::vector<std::string> segments =
        split_key(std::string_view(setting).substr(0, equals));
    Node value = read_value(std::string_view(setting).substr(equals + 1), place.source);
    Node* node = &document.root;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      Node* const next = child(*node, segments[i], place);
      if (next == nullptr) {
        const std::string parent =
            absl::StrJoin(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(i), ".");
        throw ConfigError(Complaint{.what = parent + " has no " + in_quotes(segments[i]),
                                    .key = absl::StrJoin(segments, "."),
                                    .found = parent + " = " + shown(*node)});
      }
      node = next;
    }
    *node = std::move(value);
  } catch (const ConfigError& error) {
    throw error.at(document.sources.back(), 0, 0);
  }
}

}  // namespace evolt::detail
