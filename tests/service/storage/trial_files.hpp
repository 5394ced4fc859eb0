#pragma once

#include "service/storage/trial_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace evolt::testing {

inline void write_text(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// `name packed` or `name disk`, for each.
inline std::vector<std::string> words_of(const std::vector<TrialFileEntry>& entries) {
  std::vector<std::string> words;
  for (const TrialFileEntry& entry : entries) {
    words.push_back(entry.name + (entry.packed ? " packed" : " disk"));
  }
  return words;
}

inline std::vector<std::string> names_of(const std::vector<TrialFile>& files) {
  std::vector<std::string> names;
  for (const TrialFile& file : files) {
    names.push_back(file.name);
  }
  return names;
}

}  // namespace evolt::testing
