#include "core/config_error.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace evolt {
namespace {

std::string sentence(const Complaint& complaint) {
  std::string text;
  if (!complaint.file.empty()) {
    text += complaint.file + ':';
    if (complaint.line > 0) {
      text += std::to_string(complaint.line) + ':';
      if (complaint.column > 0) {
        text += std::to_string(complaint.column) + ':';
      }
    }
    text += ' ';
  }
  text += complaint.what;
  if (!complaint.key.empty() && complaint.what.find(complaint.key) == std::string::npos) {
    text += " (" + complaint.key + ')';
  }
  if (!complaint.found.empty()) {
    text += ": got " + complaint.found;
  }
  if (!complaint.allowed.empty()) {
    text += "; allowed: " + complaint.allowed;
  }
  if (!complaint.nearest.empty()) {
    text += "; did you mean \"" + complaint.nearest + "\"?";
  }
  return text;
}

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

ConfigError::ConfigError(Complaint complaint)
    : std::runtime_error(sentence(complaint)), complaint_(std::move(complaint)) {}

ConfigError ConfigError::at(std::string_view file, int line, int column) const {
  Complaint placed = complaint_;
  if (placed.file.empty()) {
    placed.file = file;
  }
  if (placed.line == 0) {
    placed.line = line;
    placed.column = column;
  }
  return ConfigError(std::move(placed));
}

std::string nearest_word(std::string_view word, std::span<const std::string> words) {
  std::string best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : words) {
    const std::size_t d = distance(word, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace evolt
