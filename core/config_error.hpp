#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace evolt {

/// What is wrong with a study, in the parts a person needs to mend it; empty parts are left out.
struct Complaint {
  std::string what;     ///< for example `unknown key "min_step" in [stopper]`
  std::string key;      ///< dotted path, for example `stopper.min_step`
  std::string found;    ///< the value found
  std::string allowed;  ///< what may stand there
  std::string nearest;  ///< the closest allowed word
  std::string file;
  int line = 0;  ///< 1-based; 0: unknown
  int column = 0;
};

/// Thrown for a bad study, before any trial starts, and never later.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(Complaint complaint);
  explicit ConfigError(const std::string& what) : ConfigError(Complaint{.what = what}) {}

  const Complaint& complaint() const { return complaint_; }

  /// The same complaint with its place filled in where it had none.
  ConfigError at(std::string_view file, int line, int column) const;

 private:
  Complaint complaint_;
};

/// The word of `words` that a person most likely meant by `word` (edit distance with
/// transpositions, at most a third of its length); empty when none is close.
std::string nearest_word(std::string_view word, std::span<const std::string> words);

}  // namespace evolt
