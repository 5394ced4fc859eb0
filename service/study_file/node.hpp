#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace evolt::detail {

/// How deep tables and arrays may stand in each other; far more than any study needs, and far less
/// than a stack holds.
inline constexpr int kDeepest = 64;

/// Where something was written.
struct Place {
  std::size_t source = 0;  ///< index into Document::sources
  int line = 0;            ///< 1-based; 0: the source has no lines (a command line argument)
  int column = 0;          ///< 1-based, in characters
};

struct Member;

/// A date or a time: TOML knows them, no key of a study takes one.
struct Moment {
  std::string text;
};

/// A value of the file with its place; TOML and JSON become the same tree.
struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<Member>;  ///< in the order of the file

  /// std::monostate is JSON's null; std::uint64_t holds only what exceeds std::int64_t.
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Moment,
               Array, Table>
      value;
  Place place;
};

/// A key with its value.
struct Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// A whole study file with its overrides applied.
struct Document {
  std::vector<std::string> sources;  ///< the file's name first, then one for each override
  Node root;
};

/// The member of a table, nullptr where there is none or `node` is no table.
const Member* member(const Node& node, std::string_view key);
Member* member(Node& node, std::string_view key);

/// The text in quotes as JSON writes it; what is not UTF-8 is replaced.
std::string in_quotes(std::string_view text);

bool is_utf8(std::string_view text);

/// The node as an error message shows it, shortened where it is long.
std::string shown(const Node& node);

}  // namespace evolt::detail
