#include "service/study_file/field.hpp"

#include "service/study_file/quantities.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace evolt::detail {
namespace {

constexpr std::string_view kDurations = R"(seconds, or a text such as "20s", "40min", "6h", "2d")";
constexpr std::string_view kSizes = R"(bytes, or a text such as "512MB", "24GiB")";

constexpr std::string_view kEnergies = R"(joules, or a text such as "500kJ", "20 MJ", "1.5 kWh")";
constexpr std::string_view kMasses = R"(grams, or a text such as "500g", "1.5 kg")";

template <typename Number>
std::string range(Number least, Number most) {
  if (least == std::numeric_limits<Number>::lowest()) {
    return "";
  }
  if (most == std::numeric_limits<Number>::max()) {
    return absl::StrCat(least, " or more");
  }
  return absl::StrCat(least, " .. ", most);
}

std::string list(const std::vector<std::string>& words) {
  return absl::StrJoin(words, ", ",
                       [](std::string* out, const std::string& word) { *out += in_quotes(word); });
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

void throw_at(const Document& document, const Place& place, Complaint complaint) {
  throw ConfigError(std::move(complaint))
      .at(document.sources[place.source], place.line, place.column);
}

void Field::fail(std::string what, std::string allowed, std::string nearest) const {
  throw_at(*document_, node_->place,
           Complaint{.what = std::move(what),
                     .key = key_,
                     .found = shown(*node_),
                     .allowed = std::move(allowed),
                     .nearest = std::move(nearest)});
}

void Field::fail_not_yet(const std::string& what) const {
  throw_at(*document_, node_->place,
           Complaint{.what = what + " is not available in this version", .key = key_});
}

std::string Field::text() const {
  const auto* const text = std::get_if<std::string>(&node_->value);
  if (text == nullptr) {
    fail(key_ + " must be a text");
  }
  if (text->empty()) {
    fail(key_ + " must not be empty");
  }
  if (text->find('\0') != std::string::npos) {
    fail(key_ + " must not contain a zero character");
  }
  return *text;
}

bool Field::flag() const {
  const auto* const flag = std::get_if<bool>(&node_->value);
  if (flag == nullptr) {
    fail(key_ + " must be true or false");
  }
  return *flag;
}

std::int64_t Field::whole(std::int64_t least, std::int64_t most) const {
  if (std::holds_alternative<std::uint64_t>(node_->value)) {
    fail(key_ + " is out of range", range(least, most));
  }
  const auto* const whole = std::get_if<std::int64_t>(&node_->value);
  if (whole == nullptr) {
    fail(key_ + " must be a whole number", range(least, most));
  }
  if (*whole < least || *whole > most) {
    fail(key_ + " is out of range", range(least, most));
  }
  return *whole;
}

std::int32_t Field::count(std::int32_t least, std::int32_t most) const {
  if (most == std::numeric_limits<std::int32_t>::max() &&
      std::holds_alternative<std::int64_t>(node_->value) &&
      std::get<std::int64_t>(node_->value) < least) {
    fail(key_ + " is out of range", range(least, most));  // "or more" says it best
  }
  return static_cast<std::int32_t>(whole(least, most));
}

std::uint64_t Field::seed() const {
  const auto* const large = std::get_if<std::uint64_t>(&node_->value);
  return large != nullptr ? *large : static_cast<std::uint64_t>(whole(0));
}

double Field::number() const {
  if (const auto* const whole = std::get_if<std::int64_t>(&node_->value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* const large = std::get_if<std::uint64_t>(&node_->value)) {
    return static_cast<double>(*large);
  }
  const auto* const real = std::get_if<double>(&node_->value);
  if (real == nullptr) {
    fail(key_ + " must be a number");
  }
  if (!std::isfinite(*real)) {
    fail(key_ + " must be a finite number");
  }
  return *real;
}

double Field::number(double least, double most) const {
  const double real = number();
  if (real < least || real > most) {
    fail(key_ + " is out of range", range(least, most));
  }
  return real;
}

Seconds Field::duration() const {
  if (const auto* const text = std::get_if<std::string>(&node_->value)) {
    const auto seconds = parse_duration(*text);
    if (!seconds) {
      fail(key_ + " is not a duration", std::string(kDurations));
    }
    return {*seconds};
  }
  if (node_->value.index() < 2 || node_->value.index() > 4) {
    fail(key_ + " is not a duration", std::string(kDurations));
  }
  const double seconds = number();
  if (std::signbit(seconds)) {
    fail(key_ + " must not be negative");
  }
  return {seconds};
}

std::int64_t Field::memory() const {
  std::optional<std::int64_t> bytes;
  if (const auto* const text = std::get_if<std::string>(&node_->value)) {
    bytes = parse_memory(*text);
  } else if (const auto* const whole = std::get_if<std::int64_t>(&node_->value)) {
    bytes = *whole;
  }
  if (!bytes || *bytes <= 0) {
    fail(key_ + " is not an amount of memory", std::string(kSizes));
  }
  return *bytes;
}

double Field::amount(std::optional<double> (*parse)(std::string_view), const std::string& what,
                     std::string_view allowed) const {
  const auto* const text = std::get_if<std::string>(&node_->value);
  const bool plain = node_->value.index() >= 2 && node_->value.index() <= 4;
  const std::optional<double> amount = text != nullptr ? parse(*text)
                                       : plain         ? std::optional(number())
                                                       : std::nullopt;
  if (!amount) {
    fail(absl::StrCat(key_, " is not ", what), std::string(allowed));
  }
  if (!(*amount > 0)) {
    fail(key_ + " is out of range", absl::StrCat("more than 0: ", std::string(allowed)));
  }
  return *amount;
}

Joules Field::energy() const {
  return {amount(parse_energy, "an amount of energy", kEnergies)};
}

double Field::mass() const {
  return amount(parse_mass, "a mass", kMasses);
}

Value Field::value() const {
  if (const auto* const flag = std::get_if<bool>(&node_->value)) {
    return *flag;
  }
  if (const auto* const text = std::get_if<std::string>(&node_->value)) {
    if (text->find('\0') != std::string::npos) {
      fail(key_ + " must not contain a zero character");
    }
    return *text;
  }
  if (std::holds_alternative<double>(node_->value)) {
    return number();
  }
  if (std::holds_alternative<std::uint64_t>(node_->value)) {
    fail(key_ + " is too large for a whole number");
  }
  const auto* const whole = std::get_if<std::int64_t>(&node_->value);
  if (whole == nullptr) {
    fail(key_ + " must be a number, a text or a boolean");
  }
  return *whole;
}

std::string Field::word(const std::vector<std::string>& words,
                        const std::vector<std::string>& later) const {
  const auto* const text = std::get_if<std::string>(&node_->value);
  if (text == nullptr) {
    fail(key_ + " must be a text", list(words));
  }
  if (has(later, *text)) {
    fail_not_yet(key_ + " = " + in_quotes(*text));
  }
  if (!has(words, *text)) {
    fail("unknown " + key_, list(words), nearest_word(*text, words));
  }
  return *text;
}

std::vector<Field> Field::elements(std::string_view of_what) const {
  const auto* const array = std::get_if<Node::Array>(&node_->value);
  if (array == nullptr) {
    fail(key_ + " must be an array of " + std::string(of_what));
  }
  std::vector<Field> fields;
  for (const Node& element : *array) {
    fields.emplace_back(*document_, element, absl::StrCat(key_, ".", fields.size()), element.place);
  }
  return fields;
}

std::vector<Field> Field::members() const {
  const auto* const table = std::get_if<Node::Table>(&node_->value);
  if (table == nullptr) {
    fail(key_ + " must be a table");
  }
  std::vector<Field> fields;
  for (const Member& entry : *table) {
    fields.emplace_back(*document_, entry.value, key_ + '.' + entry.key, entry.place);
  }
  return fields;
}

Section::Section(const Document& document, const Field& table, const TableKeys& keys,
                 const std::string& title)
    : Section(document, table.node(), table.key(), table.node().place) {
  if (!table.is_table()) {
    table.fail(table.key() + " must be a table");
  }
  check_keys(keys, title);
}

Section::Section(const Document& document) : Section(document, document.root, "", Place{}) {
  check_keys(keys_of(""), "");
}

void Section::check_keys(const TableKeys& keys, const std::string& title) const {
  for (const Member& entry : std::get<Node::Table>(node_->value)) {
    const std::string path = key_path(entry.key);
    // The bracket of a [table] stands before its key.
    const bool header =
        entry.value.place.line == entry.place.line && entry.value.place.column < entry.place.column;
    const Place place = header ? entry.value.place : entry.place;
    if (has(keys.later, entry.key)) {
      const std::string name =
          title.empty() && std::holds_alternative<Node::Table>(entry.value.value) ? '[' + path + ']'
                                                                                  : path;
      throw_at(*document_, place,
               Complaint{.what = name + " is not available in this version", .key = path});
    }
    if (!has(keys.known, entry.key)) {
      throw_at(*document_, place,
               Complaint{
                   .what = absl::StrCat("unknown key ", in_quotes(entry.key),
                                        title.empty() ? " at the top of the file" : " in " + title),
                   .key = path,
                   .allowed = absl::StrJoin(keys.known, ", "),
                   .nearest = meant_by(entry.key, keys)});
    }
  }
}

std::optional<Field> Section::find(std::string_view key) const {
  const Member* const entry = member(*node_, key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  return Field(*document_, entry->value, key_path(key), entry->place);
}

Field Section::need(std::string_view key, std::string allowed) const {
  auto field = find(key);
  if (!field) {
    throw_at(*document_, place_,
             Complaint{.what = key_path(key) + " is missing",
                       .key = key_path(key),
                       .allowed = std::move(allowed)});
  }
  return *std::move(field);
}

Section Section::table(std::string_view key) const {
  static const Node kNone{Node::Table{}, Place{}};
  const auto field = find(key);
  if (!field) {
    return {*document_, kNone, key_path(key), Place{}};
  }
  return {*document_, *field, keys_of(key_path(key)), '[' + key_path(key) + ']'};
}

std::string Section::key_path(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

}  // namespace evolt::detail
