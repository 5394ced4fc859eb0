#pragma once

#include "core/search_space.hpp"
#include "service/study.hpp"
#include "service/study_file/field.hpp"

#include <optional>
#include <string>
#include <vector>

namespace evolt::detail {

/// One function for each table of the study file. Each takes the whole file, fills in the defaults,
/// and throws ConfigError with the place of what is wrong.

/// The name where the file gives none: `file` without folder and ending.
std::string read_name(const Section& study, const std::string& file);

BudgetSettings read_budget(const Section& file);

/// What [budget] says of energy. Needs `energy` for grams of CO2, and one objective for the gain.
void read_energy_budget(const Section& file, const EnergySettings& energy,
                        const ObjectiveSettings& objective, BudgetSettings& budget);

/// Placeholders of the command are checked against `space`.
TrialSettings read_trial(const Section& file, const SearchSpace& space);

ObjectiveSettings read_objective(const Section& file);

/// Metrics that the study needs and that `trial` can never report are refused.
void check_metrics(const Section& file, const TrialSettings& trial);

StopperSettings read_stopper(const Section& file, const ObjectiveSettings& objective,
                             const SearchSpace& space);

/// A stopping rule's name, a table with its options, or one with the rules it is made of. A program
/// is refused.
RuleSettings read_rule(const Field& field);

/// The same, or `{ command, deadline, fallback, name }`.
void read_rule_or_program(const Field& field, StopperSettings& stopper);

/// What all programs have that evolt talks to: `fallback` is for the caller.
struct ProgramFields {
  std::vector<std::string> command;
  std::optional<Seconds> deadline;
  std::string name;
};
ProgramFields read_program(const Section& section);

IslandSettings read_islands(const Section& file);
EnergySettings read_energy(const Section& file);

/// What [energy] says of the world around the computers.
void read_energy_terms(const Section& energy, EnergySettings& into);
SearchSettings read_search(const Section& file);

/// A propagator's name, or `{ command, deadline, fallback, name }`.
PropagatorSettings read_propagator(const Field& field);

/// What breeds is said once: by search.propagator or by [[islands.kind]].
void check_propagators(const Section& file);

/// [param] and [[forbid]].
SearchSpace read_space(const Section& file);

/// [[start]]; values take the type of their parameter.
std::vector<Params> read_start(const Section& file, const SearchSpace& space);

/// `NAME = VALUE | [VALUES] | { ge, gt, le, lt }`.
Requirement read_requirement(const Field& field, const std::string& name);

/// `{ ge, gt, le, lt }` alone.
void read_bounds(const Field& field, Requirement& requirement);

}  // namespace evolt::detail
