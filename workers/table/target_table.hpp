#pragma once

#include "workers/table/table.hpp"

#include <memory>
#include <string>

namespace evolt {

/// Whether a directory holds a table of joules to a target: it has `energy.csv`.
bool is_target_table(const std::string& directory);

/// Reads a table of joules to a target, as recorded by Zeus (You, Chung & Chowdhury 2023):
/// `space.json` (`score`, `direction`, perhaps `target`), `configs.csv` (a line for each training:
/// `config_id`, `batch_size`), `curves.csv` (the epoch by which a training had come to each
/// `target_metric`, empty: never) and `energy.csv` (what an epoch takes at each `batch_size`, `gpu`
/// and `power_limit_w`). docs/simulate.md.
///
/// A row is a line of energy.csv whose batch size was trained; the trainings of that batch size are
/// its seeds. Errors: ConfigError with file and line, as read_table().
std::unique_ptr<Table> read_target_table(const std::string& directory);

}  // namespace evolt
