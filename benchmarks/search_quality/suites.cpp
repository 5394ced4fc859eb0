#include "benchmarks/search_quality/suites.hpp"

#include <array>
#include <stdexcept>

namespace evolt {
namespace {

struct Entry {
  SuiteName label;
  std::vector<Problem> (*make)(const std::string& data);
};

const std::array kSuites = {
    Entry{{"A", "continuous: BBOB functions, D = 5, 10, 20"},
          [](const std::string&) { return continuous_suite(); }},
    Entry{{"B", "mixed-integer: BBOB functions, D = 5, 10"},
          [](const std::string&) { return mixed_integer_suite(); }},
    Entry{{"C", "hyperparameters: surrogates of trained models"}, table_suite},
    Entry{{"D", "two objectives: ZDT and DTLZ functions"}, front_suite},
    Entry{{"DH", "two objectives: error and cost of the models of C"}, cost_suite},
    Entry{{"E", "held out: other dimensions, made-up conditional spaces"}, held_out_suite},
};

}  // namespace

std::vector<SuiteName> suite_names() {
  std::vector<SuiteName> names;
  for (const Entry& entry : kSuites) {
    names.push_back(entry.label);
  }
  return names;
}

std::vector<Problem> suite(std::string_view name, const std::string& data) {
  for (const Entry& entry : kSuites) {
    if (entry.label.name == name) {
      return entry.make(data);
    }
  }
  throw std::invalid_argument("there is no suite " + std::string(name));
}

}  // namespace evolt
