#pragma once

#include "core/config_error.hpp"
#include "core/units.hpp"
#include "core/value.hpp"
#include "service/study_file/keys.hpp"
#include "service/study_file/node.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evolt::detail {

/// Throws `complaint` with the place filled in.
[[noreturn]] void throw_at(const Document& document, const Place& place, Complaint complaint);

/// A key of the study file with its value. Each reading function throws ConfigError, with the
/// place, the value found and the values allowed, when the value is of another kind or out of
/// range.
///
/// Refers to the document; copies are cheap.
class Field {
 public:
  Field(const Document& document, const Node& node, std::string key, Place key_place)
      : document_(&document), node_(&node), key_(std::move(key)), key_place_(key_place) {}

  const std::string& key() const { return key_; }  ///< dotted path, for example `trial.limits.wall`
  const Node& node() const { return *node_; }
  const Document& document() const { return *document_; }
  const Place& key_place() const { return key_place_; }
  bool is_table() const { return std::holds_alternative<Node::Table>(node_->value); }
  bool is_array() const { return std::holds_alternative<Node::Array>(node_->value); }

  std::string text() const;  ///< not empty
  bool flag() const;
  std::int64_t whole(std::int64_t least,
                     std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  std::int32_t count(std::int32_t least,
                     std::int32_t most = std::numeric_limits<std::int32_t>::max()) const;
  std::uint64_t seed() const;
  double number() const;  ///< finite
  double number(double least, double most) const;
  Seconds duration() const;
  std::int64_t memory() const;  ///< bytes, more than none
  Joules energy() const;        ///< joules or a text with a unit; more than none
  double mass() const;          ///< grams, or a text with a unit; more than none
  Value value() const;          ///< a number, a text or a boolean

  /// One of `words`. A word of `later` is known, but not available in this version.
  std::string word(const std::vector<std::string>& words,
                   const std::vector<std::string>& later = {}) const;

  /// The elements of an array; `of_what` completes `must be an array of ...`.
  std::vector<Field> elements(std::string_view of_what) const;

  /// The members of a table, whatever their keys.
  std::vector<Field> members() const;

  /// What is wrong with this value, at its place.
  [[noreturn]] void fail(std::string what, std::string allowed = "",
                         std::string nearest = "") const;

  /// The same for a key or value that exists, but not in this version.
  [[noreturn]] void fail_not_yet(const std::string& what) const;

 private:
  /// A number, or a text for `parse`. More than none.
  double amount(std::optional<double> (*parse)(std::string_view), const std::string& what,
                std::string_view allowed) const;

  const Document* document_;
  const Node* node_;
  std::string key_;
  Place key_place_;
};

/// A table of the study file whose keys are known. Refers to the document.
class Section {
 public:
  /// Checks every key. `title` is how a message names the table, for example `[trial]`.
  /// Throws ConfigError for what is no table, an unknown key, and one of a later version.
  Section(const Document& document, const Field& table, const TableKeys& keys,
          const std::string& title);

  /// The whole file.
  explicit Section(const Document& document);

  std::optional<Field> find(std::string_view key) const;

  /// Throws ConfigError at the table's place when the key is missing.
  Field need(std::string_view key, std::string allowed) const;

  /// The table `[key]` of the top of the file; one without keys where it is missing.
  Section table(std::string_view key) const;

  const Document& document() const { return *document_; }
  std::string key_path(std::string_view key) const;

 private:
  Section(const Document& document, const Node& node, std::string path, Place place)
      : document_(&document), node_(&node), path_(std::move(path)), place_(place) {}

  void check_keys(const TableKeys& keys, const std::string& title) const;

  const Document* document_;
  const Node* node_;
  std::string path_;
  Place place_;
};

}  // namespace evolt::detail
