#include "core/config_error.hpp"
#include "workers/table/recorded_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

/// Where the three files of a table are written again and again.
const std::string& directory() {
  static const std::string path = [] {
    const auto made =
        std::filesystem::temp_directory_path() / ("evolt-table-fuzz-" + std::to_string(getpid()));
    std::filesystem::create_directories(made);
    return made.string();
  }();
  return path;
}

/// Whatever is understood is a table: rows in its space, times that do not fall.
void check(const evolt::Table& table) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.head().space.check(table.params(row)).ok()) {
      std::abort();
    }
    evolt::Seconds before;
    for (std::int64_t epoch = 1; epoch <= table.head().epochs; ++epoch) {
      const evolt::Seconds now = table.at(row, epoch).seconds;
      if (!(now >= before)) {
        std::abort();
      }
      before = now;
    }
  }
}

}  // namespace

/// The input: space.json, configs.csv and curves.csv, with a line `----` between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kBetween = "----\n";
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* const name : {"space.json", "configs.csv", "curves.csv"}) {
    const std::size_t end = text.find(kBetween);
    std::ofstream(directory() + '/' + name, std::ios::binary) << text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + kBetween.size());
  }
  try {
    check(*evolt::read_table(directory()));
  } catch (const evolt::ConfigError&) {
    // What a person has to mend.
  }
  return 0;
}
