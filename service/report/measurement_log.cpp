#include "service/report/measurement_log.hpp"

#include <algorithm>

namespace evolt {
namespace {

/// How far back a double is looked for; a transport repeats what it sent last.
constexpr std::size_t kDoublesWithin = 64;

std::optional<EnergyLabel> label_of(const Measurement& measurement) {
  return measurement.energy ? std::optional(measurement.energy->label) : std::nullopt;
}

}  // namespace

std::uint32_t MeasurementShapes::shape_of(const Measurement& m, std::uint32_t guess) {
  const NameLists::List list_guess = guess < shapes_.size() ? shapes_[guess].names : 0;
  const NameLists::List names = names_.intern(m.metrics, list_guess);
  if (guess < shapes_.size()) {
    const Shape& shape = shapes_[guess];
    if (shape.names == names && shape.phase == m.phase && shape.items == m.items.has_value() &&
        shape.energy == label_of(m)) {
      return guess;
    }
  }
  Shape shape{names, m.phase, m.items.has_value(), label_of(m)};
  const auto [place, added] = index_.try_emplace(shape, static_cast<std::uint32_t>(shapes_.size()));
  if (added) {
    shapes_.push_back(std::move(shape));
  }
  return place->second;
}

bool MeasurementShapes::add(MeasurementLog& log, std::int32_t attempt, const Measurement& m) {
  const std::uint32_t shape = shape_of(m, log.rows.empty() ? 0 : log.rows.back().shape);
  const std::size_t from = log.rows.size() - std::min(log.rows.size(), kDoublesWithin);
  for (std::size_t i = log.rows.size(); i-- > from;) {
    const MeasurementLog::Row& row = log.rows[i];
    if (row.step == m.step && row.attempt == attempt && row.shape == shape) {
      return false;
    }
  }
  log.rows.push_back({m.step, static_cast<float>(m.elapsed.value), attempt, shape,
                      static_cast<std::uint32_t>(log.values.size())});
  for (const auto& [name, value] : m.metrics) {
    log.values.push_back(value);
  }
  if (m.items) {
    log.values.push_back(static_cast<double>(*m.items));
  }
  if (m.energy) {
    log.values.push_back(m.energy->joules.value);
  }
  return true;
}

Measurement MeasurementShapes::unpack(const MeasurementLog& log, std::size_t index) const {
  const MeasurementLog::Row& row = log.rows[index];
  const Shape& shape = shapes_[row.shape];
  const std::vector<std::string>& names = names_[shape.names];
  const double* value = log.values.data() + row.first;
  Measurement m{.step = row.step, .phase = shape.phase, .elapsed = {row.elapsed}};
  m.metrics.reserve(names.size());
  for (const std::string& name : names) {
    m.metrics.emplace_back(name, *value++);
  }
  if (shape.items) {
    m.items = static_cast<std::int64_t>(*value++);
  }
  if (shape.energy) {
    m.energy = EnergyReading{.joules = {*value}, .label = *shape.energy};
  }
  return m;
}

}  // namespace evolt
