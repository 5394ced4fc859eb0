#pragma once

#include "core/measurement.hpp"
#include "service/report/name_lists.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace evolt {

/// The measurements of one trial, packed: about 30 bytes each and 8 for every metric.
struct MeasurementLog {
  struct Row {
    std::int64_t step = 0;
    float elapsed = 0;  ///< seconds; Measurement::elapsed rounded
    std::int32_t attempt = 1;
    std::uint32_t shape = 0;  ///< of MeasurementShapes
    std::uint32_t first = 0;  ///< of its values
  };
  std::vector<Row> rows;
  std::vector<double> values;
};

/// What the packed measurements mean. One for all trials of a study.
class MeasurementShapes {
 public:
  /// Appends a measurement, unless the last few already hold this attempt, step and shape: of
  /// doubles the first stands. Returns whether it was new.
  bool add(MeasurementLog& log, std::int32_t attempt, const Measurement& measurement);

  /// The measurement back. Of its energy only the joules and their label were kept.
  Measurement unpack(const MeasurementLog& log, std::size_t row) const;

  /// Every metric ever measured, in the order of first appearance.
  const std::vector<std::string>& metric_names() const { return names_.all(); }

 private:
  struct Shape {
    NameLists::List names = 0;
    std::string phase;
    bool items = false;
    std::optional<EnergyLabel> energy;  ///< nullopt: it has none

    friend bool operator==(const Shape&, const Shape&) = default;
    template <typename H>
    friend H AbslHashValue(H state, const Shape& shape) {
      return H::combine(std::move(state), shape.names, shape.phase, shape.items, shape.energy);
    }
  };
  std::uint32_t shape_of(const Measurement& measurement, std::uint32_t guess);

  NameLists names_;
  std::vector<Shape> shapes_;
  absl::flat_hash_map<Shape, std::uint32_t> index_;
};

}  // namespace evolt
