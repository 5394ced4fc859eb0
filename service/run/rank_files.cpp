#include "service/run/rank_files.hpp"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace fs = std::filesystem;

namespace evolt {
namespace {

constexpr std::string_view kRank = "rank-";
constexpr std::string_view kLost = ".lost";

/// Whole or not at all.
void write_file(const std::string& path, const std::string& text) {
  std::error_code ignored;
  const std::string draft = path + ".new";
  {
    std::ofstream file(draft);
    file << text;
  }
  fs::rename(draft, path, ignored);
}

}  // namespace

std::string RankFiles::path(int rank, const char* ending) const {
  return absl::StrCat(directory_, "/", std::string(kRank), rank, ending);
}

void RankFiles::clear() const {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
  fs::create_directories(directory_, ignored);
}

void RankFiles::write_pid(int rank) const {
  std::error_code ignored;
  fs::create_directories(directory_, ignored);
  write_file(path(rank, ".pid"), absl::StrCat(getpid(), "\n"));
}

void RankFiles::remove_pid(int rank) const {
  std::error_code ignored;
  fs::remove(path(rank, ".pid"), ignored);
}

void RankFiles::remove_all() const {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void RankFiles::note_death(int rank, const std::string& how) const {
  write_file(path(rank, kLost.data()), how + "\n");
}

std::vector<Death> RankFiles::deaths() const {
  std::vector<Death> deaths;
  std::error_code error;
  for (fs::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename().string();
    int rank = 0;
    if (name.rfind(kRank, 0) != 0 || !name.ends_with(kLost) ||
        !absl::SimpleAtoi(name.substr(kRank.size(), name.size() - kRank.size() - kLost.size()),
                          &rank)) {
      continue;
    }
    std::ifstream file(at->path());
    std::string how;
    std::getline(file, how);
    deaths.push_back({RankId{rank}, how});
  }
  return deaths;
}

}  // namespace evolt
