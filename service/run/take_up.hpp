#pragma once

#include "islands/energy_budget.hpp"
#include "service/report/ledger.hpp"
#include "service/run/recorder.hpp"
#include "service/storage/sqlite_study.hpp"
#include "service/storage/storage.hpp"
#include "service/study.hpp"

#include <absl/status/statusor.h>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace evolt {

/// A study on disk, and which start of it this is.
struct TakenUp {
  std::unique_ptr<Storage> storage;
  std::uint32_t incarnation = 1;
};

/// How a run keeps its study. `say` hears warnings, in the caller's thread; it and `io` outlive the
/// storage.
StudyOptions storage_options(boost::asio::io_context& io, std::string database_directory,
                             std::function<void(const std::string&)> say);

/// Opens the study in `directory`, reads into `ledger`, and into `energy` where there is one, what
/// earlier starts left, and begins its next incarnation. `progress` hears of what is resumed;
/// nullptr: nobody does. Errors: those of open_study; throws ConfigError where the directory holds
/// a study that this one cannot resume.
absl::StatusOr<TakenUp> take_up(const Study& study, const std::string& directory,
                                StudyOptions options, Ledger& ledger, EnergyBudget* energy,
                                std::ostream* progress);

/// Records the attempts that were running when the study's process ended, in `energy` too.
void record_losses(Recorder& recorder, EnergyBudget* energy, Seconds now);

}  // namespace evolt
