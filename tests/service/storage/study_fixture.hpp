#pragma once

#include "events.hpp"
#include "service/storage/sqlite_study.hpp"
#include "service/storage/study_paths.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace evolt::testing {

inline StudyOptions quick() {
  StudyOptions options;
  options.retry = {0.01};
  options.lock_wait = {0.2};
  options.snapshot_every = {0};
  return options;
}

inline std::vector<StoredEvent> all_of(Storage& storage) {
  std::vector<StoredEvent> events;
  REQUIRE(storage
              .replay([&](const StoredEvent& stored) {
                events.push_back(stored);
                return absl::OkStatus();
              })
              .ok());
  return events;
}

inline absl::Status replayed(const std::string& directory, std::int64_t* count = nullptr) {
  auto reader = read_study_file(directory);
  if (!reader.ok()) {
    return reader.status();
  }
  return (*reader)->replay([&](const StoredEvent&) {
    if (count != nullptr) {
      ++*count;
    }
    return absl::OkStatus();
  });
}

/// Opens, begins, and writes `trials` finished trials.
inline std::unique_ptr<Storage> started(const std::string& directory, std::uint64_t trials,
                                        StudyOptions options = quick()) {
  auto storage = open_study(directory, std::move(options));
  REQUIRE(storage.ok());
  const auto incarnation = (*storage)->begin(R"({"name":"s"})");
  REQUIRE(incarnation.ok());
  for (std::uint64_t i = 1; i <= trials; ++i) {
    const TrialId trial = id(i, 0, *incarnation);
    REQUIRE((*storage)->append({bred(trial), finished(trial, {1.0})}).ok());
  }
  return *std::move(storage);
}

inline void alter(const std::string& directory, const std::string& sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(database_path(directory).c_str(), &connection) == SQLITE_OK);
  REQUIRE(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
}

inline mode_t mode_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

}  // namespace evolt::testing
