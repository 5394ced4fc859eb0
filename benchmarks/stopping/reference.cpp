#include "benchmarks/stopping/reference.hpp"

#include <string_view>

namespace evolt {
namespace {

struct Row {
  std::string_view group;
  std::string_view score;
  std::array<double, kShares.size()> figures;
};

constexpr Row kRows[] = {
    {"spikenas-cifar10", "TSE", {0.52, 0.63, 0.76, 0.82, 0.87}},
    {"spikenas-cifar10", "TSE-E, E=1", {0.65, 0.79, 0.90, 0.91, 0.90}},
    {"spikenas-cifar10", "TSE-E, E=10 %", {0.65, 0.79, 0.90, 0.91, 0.91}},
    {"spikenas-cifar10", "TSE-E, E=5", {0.52, 0.74, 0.89, 0.91, 0.91}},
    {"spikenas-cifar10", "TSE-EMA 0.9", {0.54, 0.67, 0.83, 0.89, 0.92}},
    {"spikenas-cifar10", "TSE-EMA 0.99", {0.53, 0.64, 0.77, 0.83, 0.88}},
    {"spikenas-cifar10", "TSE-EMA 0.999", {0.52, 0.63, 0.76, 0.82, 0.87}},
    {"spikenas-cifar10", "newest value", {0.54, 0.67, 0.79, 0.84, 0.94}},
    {"spikenas-cifar10", "best value", {0.56, 0.71, 0.87, 0.92, 0.97}},
    {"taskset", "TSE", {0.79, 0.83, 0.86, 0.87, 0.90}},
    {"taskset", "TSE-E, E=1", {0.81, 0.85, 0.89, 0.91, 0.93}},
    {"taskset", "TSE-EMA 0.9", {0.79, 0.84, 0.87, 0.89, 0.91}},
    {"taskset", "TSE-EMA 0.99", {0.79, 0.83, 0.86, 0.88, 0.90}},
    {"taskset", "TSE-EMA 0.999", {0.79, 0.83, 0.86, 0.87, 0.90}},
    {"taskset", "newest value", {0.81, 0.86, 0.89, 0.91, 0.94}},
    {"taskset", "best value", {0.80, 0.85, 0.88, 0.90, 0.92}},
    {"nasbench-nlp-wikitext2", "TSE", {0.81, 0.86, 0.90, 0.92, 0.93}},
    {"nasbench-nlp-wikitext2", "TSE-E, E=1", {0.83, 0.90, 0.93, 0.94, 0.96}},
    {"nasbench-nlp-wikitext2", "TSE-EMA 0.9", {0.81, 0.87, 0.91, 0.93, 0.95}},
    {"nasbench-nlp-wikitext2", "newest value", {0.84, 0.91, 0.94, 0.96, 0.99}},
    {"digits-mlp", "TSE", {0.51, 0.68, 0.78, 0.81, 0.85}},
    {"digits-mlp", "TSE-E, E=1", {0.62, 0.77, 0.84, 0.87, 0.90}},
    {"digits-mlp", "TSE-EMA 0.9", {0.52, 0.70, 0.80, 0.84, 0.88}},
    {"digits-mlp", "TSE-EMA 0.99", {0.51, 0.68, 0.78, 0.82, 0.85}},
    {"digits-mlp", "TSE-EMA 0.999", {0.51, 0.68, 0.78, 0.81, 0.85}},
    {"digits-mlp", "newest value", {0.81, 0.90, 0.95, 0.97, 0.98}},
    {"digits-mlp", "best value", {0.80, 0.88, 0.93, 0.95, 0.97}},
};

}  // namespace

std::optional<std::array<double, kShares.size()>> reference(const std::string& group,
                                                            const std::string& score) {
  for (const Row& row : kRows) {
    if (row.group == group && row.score == score) {
      return row.figures;
    }
  }
  return std::nullopt;
}

}  // namespace evolt
