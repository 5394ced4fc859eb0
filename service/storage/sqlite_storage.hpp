#pragma once

#include "service/storage/claim.hpp"
#include "service/storage/copies.hpp"
#include "service/storage/database.hpp"
#include "service/storage/sqlite_study.hpp"

#include <memory>

namespace evolt::detail {

/// What is in hand when a study has been opened for writing.
struct OpenedStudy {
  Place place;
  Database database;  ///< locked
  StudyRecord record;
  Copies copies;                 ///< which the database replaces, once the study has begun
  std::unique_ptr<Claim> claim;  ///< where the database lies elsewhere
};

/// The storage of an opened study. Requires: `options.clock` is set.
std::unique_ptr<Storage> make_sqlite_storage(OpenedStudy opened, StudyOptions options);

}  // namespace evolt::detail
