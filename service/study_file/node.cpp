#include "service/study_file/node.hpp"

#include "core/value.hpp"

#include <nlohmann/json.hpp>

namespace evolt::detail {
namespace {

constexpr std::size_t kLongestShown = 80;

template <typename AnyNode>
auto* find_member(AnyNode& node, std::string_view key) {
  if (auto* const table = std::get_if<Node::Table>(&node.value)) {
    for (auto& entry : *table) {
      if (entry.key == key) {
        return &entry;
      }
    }
  }
  return decltype(&std::get_if<Node::Table>(&node.value)->front())(nullptr);
}

}  // namespace

const Member* member(const Node& node, std::string_view key) {
  return find_member(node, key);
}

Member* member(Node& node, std::string_view key) {
  return find_member(node, key);
}

std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_utf8(std::string_view text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

std::string shown(const Node& node) {
  struct Show {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t whole) const { return to_text(whole); }
    std::string operator()(std::uint64_t whole) const { return std::to_string(whole); }
    std::string operator()(double real) const { return to_text(real); }
    std::string operator()(const std::string& text) const {
      if (text.size() <= kLongestShown) {
        return in_quotes(text);
      }
      // Cut between characters, never within one.
      std::size_t end = kLongestShown;
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
      }
      return in_quotes(text.substr(0, end)) + "...";
    }
    std::string operator()(const Moment& moment) const { return moment.text; }
    std::string operator()(const Node::Array& array) const {
      return array.empty() ? "an empty array" : "an array";
    }
    std::string operator()(const Node::Table& table) const {
      return table.empty() ? "an empty table" : "a table";
    }
  };
  return std::visit(Show{}, node.value);
}

}  // namespace evolt::detail
