#pragma once

#include "core/message.hpp"

#include <evolt/v1/message.pb.h>
#include <utility>

namespace evolt::detail {

/// Each of our enumerators with its number on the wire. The converter goes both ways through these
/// tables alone, so that neither side's order matters.
template <typename Ours, typename Wire, std::size_t N>
using EnumTable = std::pair<Ours, Wire>[N];

inline constexpr EnumTable<EnergyLabel, v1::EnergyLabel, 7> kEnergyLabels = {
    {EnergyLabel::none, v1::ENERGY_LABEL_NONE},
    {EnergyLabel::node_metered, v1::ENERGY_LABEL_NODE_METERED},
    {EnergyLabel::counter_exclusive, v1::ENERGY_LABEL_COUNTER_EXCLUSIVE},
    {EnergyLabel::counter_shared, v1::ENERGY_LABEL_COUNTER_SHARED},
    {EnergyLabel::sampled, v1::ENERGY_LABEL_SAMPLED},
    {EnergyLabel::model, v1::ENERGY_LABEL_MODEL},
    {EnergyLabel::declared, v1::ENERGY_LABEL_DECLARED},
};

inline constexpr EnumTable<IdlePolicy, v1::IdlePolicy, 5> kIdlePolicies = {
    {IdlePolicy::reserved, v1::IDLE_POLICY_RESERVED},   {IdlePolicy::equal, v1::IDLE_POLICY_EQUAL},
    {IdlePolicy::busy, v1::IDLE_POLICY_BUSY},           {IdlePolicy::none, v1::IDLE_POLICY_NONE},
    {IdlePolicy::exclusive, v1::IDLE_POLICY_EXCLUSIVE},
};

inline constexpr EnumTable<Standing, v1::Standing, 2> kStandings = {
    {Standing::finished, v1::STANDING_FINISHED},
    {Standing::stopped, v1::STANDING_STOPPED},
};

inline constexpr EnumTable<Ending, v1::Ending, 4> kEndings = {
    {Ending::finished, v1::ENDING_FINISHED},
    {Ending::stopped, v1::ENDING_STOPPED},
    {Ending::failed, v1::ENDING_FAILED},
    {Ending::infeasible, v1::ENDING_INFEASIBLE},
};

inline constexpr EnumTable<Failure, v1::Failure, 12> kFailures = {
    {Failure::none, v1::FAILURE_NONE},
    {Failure::exit_code, v1::FAILURE_EXIT_CODE},
    {Failure::signal, v1::FAILURE_SIGNAL},
    {Failure::wall_limit, v1::FAILURE_WALL_LIMIT},
    {Failure::no_progress, v1::FAILURE_NO_PROGRESS},
    {Failure::memory, v1::FAILURE_MEMORY},
    {Failure::not_finite, v1::FAILURE_NOT_FINITE},
    {Failure::no_result, v1::FAILURE_NO_RESULT},
    {Failure::not_started, v1::FAILURE_NOT_STARTED},
    {Failure::told, v1::FAILURE_TOLD},
    {Failure::attempts, v1::FAILURE_ATTEMPTS},
    {Failure::joules, v1::FAILURE_JOULES},
};

inline constexpr EnumTable<EndReason, v1::EndReason, 7> kEndReasons = {
    {EndReason::complete, v1::END_REASON_COMPLETE},
    {EndReason::exhausted, v1::END_REASON_EXHAUSTED},
    {EndReason::interrupted, v1::END_REASON_INTERRUPTED},
    {EndReason::seconds, v1::END_REASON_SECONDS},
    {EndReason::failed, v1::END_REASON_FAILED},
    {EndReason::joules, v1::END_REASON_JOULES},
    {EndReason::gain, v1::END_REASON_GAIN},
};

// A wire enumerator more than table rows means that a row is missing; UNSPECIFIED is the odd one.
static_assert(std::size(kIdlePolicies) == v1::IdlePolicy_ARRAYSIZE - 1);
static_assert(std::size(kEnergyLabels) == v1::EnergyLabel_ARRAYSIZE - 1);
static_assert(std::size(kStandings) == v1::Standing_ARRAYSIZE - 1);
static_assert(std::size(kEndings) == v1::Ending_ARRAYSIZE - 1);
static_assert(std::size(kFailures) == v1::Failure_ARRAYSIZE - 1);
static_assert(std::size(kEndReasons) == v1::EndReason_ARRAYSIZE - 1);

}  // namespace evolt::detail
