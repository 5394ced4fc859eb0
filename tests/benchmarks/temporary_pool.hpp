#pragma once

#include "tests/benchmarks/temporary_directory.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace evolt {

/// x in [0, 1], y in 1..100 on a log scale, kind a or b; the score is what curves say of epoch 2.
constexpr const char* kPoolSpace = R"({"score": "loss", "direction": "minimize", "epochs": 2,
  "parameters": [{"name": "x", "type": "float", "range": [0, 1], "log": false},
                 {"name": "y", "type": "int", "range": [1, 100], "log": true},
                 {"name": "kind", "type": "cat", "choices": ["a", "b"]}]})";

/// Writes a table into `directory`/`name`.
inline void write_pool(const TemporaryDirectory& directory, const std::string& name,
                       const std::string& space, const std::string& configs,
                       const std::string& curves) {
  std::filesystem::create_directories(directory.path() + "/" + name);
  directory.write(name + "/space.json", space);
  directory.write(name + "/configs.csv", configs);
  directory.write(name + "/curves.csv", curves);
}

/// A table of `rows` on one number from 0 to 1, evenly spread, in the order of their numbers.
inline void write_line_pool(const TemporaryDirectory& directory, const std::string& name, int rows,
                            const std::function<double(double)>& score) {
  std::string configs = "config_id,x,loss\n";
  for (int i = 0; i < rows; ++i) {
    const double x = i / (rows - 1.0);
    configs += std::to_string(i) + ',' + std::to_string(x) + ',' + std::to_string(score(x)) + '\n';
  }
  write_pool(directory, name,
             R"({"score": "loss", "direction": "minimize", "epochs": 1, "parameters":
                 [{"name": "x", "type": "float", "range": [0, 1], "log": false}]})",
             configs, "");
}

}  // namespace evolt
