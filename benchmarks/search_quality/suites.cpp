#include "benchmarks/search_quality/suites.hpp"

#include <array>
#include <stdexcept>

namespace evolt {
namespace {

struct Entry {
  SuiteName label;
  Suite (*make)(const SuiteSources& sources);
};

/// A suite that reads no more than benchmarks/data, and all of it.
template <std::vector<Problem> (*Make)(const std::string& data)>
Suite complete(const SuiteSources& sources) {
  return {Make(sources.data), {}};
}

const std::array kSuites = {
    Entry{{"A", "continuous: BBOB functions, D = 5, 10, 20"},
          [](const SuiteSources&) {
            return Suite{continuous_suite(), {}};
          }},
    Entry{{"B", "mixed-integer: BBOB functions, D = 5, 10"},
          [](const SuiteSources&) {
            return Suite{mixed_integer_suite(), {}};
          }},
    Entry{{"C", "hyperparameters: surrogates of trained models"}, complete<table_suite>},
    Entry{{"D", "two objectives: ZDT and DTLZ functions"}, complete<front_suite>},
    Entry{{"DH", "two objectives: error and cost of the models of C"}, complete<cost_suite>},
    Entry{{"E", "held out: other dimensions, made-up conditional spaces"},
          complete<held_out_suite>},
    Entry{{"F", "classic functions for comparing islands, D = 2, 10, 30"},
          [](const SuiteSources&) {
            return Suite{classic_suite(), {}};
          }},
    Entry{{"P", "recorded tables of really trained models: see --pools"}, pool_suite},
};

}  // namespace

std::vector<SuiteName> suite_names() {
  std::vector<SuiteName> names;
  for (const Entry& entry : kSuites) {
    names.push_back(entry.label);
  }
  return names;
}

Suite suite(std::string_view name, const SuiteSources& sources) {
  for (const Entry& entry : kSuites) {
    if (entry.label.name == name) {
      return entry.make(sources);
    }
  }
  throw std::invalid_argument("there is no suite " + std::string(name));
}

}  // namespace evolt
