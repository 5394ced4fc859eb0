#include "events.hpp"
#include "proto/convert.hpp"
#include "service/storage/sqlite_study.hpp"
#include "study_fixture.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <string>
#include <vector>

namespace evolt {
namespace {

using namespace testing;

/// The checksum of format 1, as docs/storage.md has it.
std::int64_t sum_of(std::int64_t sequence, const std::string& body) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ static_cast<std::uint64_t>(sequence);
  for (const char c : body) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

std::string hex(const std::string& bytes) {
  std::string text = "x'";
  for (const char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text + '\'';
}

std::vector<Event> known_events() {
  std::vector<Event> events;
  for (std::uint64_t i = 1; i <= 700; ++i) {
    events.push_back(bred(id(i)));
    events.push_back(leased(id(i)));
    events.push_back(finished(id(i), {static_cast<double>(i)}));
  }
  return events;
}

/// A study as evolt wrote it when its format was 1, after one start of 5 s.
void write_format_one(const std::string& directory, const std::vector<Event>& events) {
  std::string sql = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incarnations(number INTEGER PRIMARY KEY, started REAL NOT NULL, seconds REAL NOT NULL,
  events INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, version TEXT NOT NULL);
CREATE TABLE events(seq INTEGER PRIMARY KEY, at REAL, kind TEXT NOT NULL,
  incarnation INTEGER NOT NULL, rank INTEGER NOT NULL, counter INTEGER NOT NULL, attempt INTEGER,
  body BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE trials(number INTEGER PRIMARY KEY, incarnation INTEGER NOT NULL,
  rank INTEGER NOT NULL, counter INTEGER NOT NULL, UNIQUE(incarnation, rank, counter));
PRAGMA application_id = 1163283540; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;
INSERT INTO meta VALUES('created_at', '1.0'), ('written_by', 'evolt 0.1.0'), ('study', '{}');
BEGIN;)";
  sql += "INSERT INTO meta VALUES('study_checksum', '" + std::to_string(sum_of(0, "{}")) + "');";
  sql += "INSERT INTO incarnations VALUES(1, 1.0, 5.0, " + std::to_string(events.size()) +
         ", 'n014', 4411, '0.1.0');";
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto sequence = static_cast<std::int64_t>(i) + 1;
    const TrialId trial = subject(events[i]);
    const std::string place = std::to_string(trial.incarnation) + ',' + std::to_string(trial.rank) +
                              ',' + std::to_string(trial.counter);
    const std::string body = encode(events[i]);
    sql += "INSERT INTO events VALUES(" + std::to_string(sequence) + ", 1.0, '" +
           kind_name(events[i]) + "'," + place + ",1," + hex(body) + ',' +
           std::to_string(sum_of(sequence, body)) + ");";
    if (std::holds_alternative<Bred>(events[i].what)) {
      sql += "INSERT INTO trials SELECT coalesce(max(number), 0) + 1," + place + " FROM trials;";
    }
  }
  alter(directory, sql + "COMMIT;");
}

std::vector<Event> events_of(Storage& storage) {
  std::vector<Event> events;
  for (StoredEvent& stored : all_of(storage)) {
    CHECK(stored.sequence == static_cast<std::int64_t>(events.size()) + 1);
    events.push_back(std::move(stored.event));
  }
  return events;
}

TEST_CASE("format 1: is read as it is", "[storage]") {
  const TemporaryDirectory home;
  const std::vector<Event> events = known_events();
  write_format_one(home.path(), events);
  for (int twice = 0; twice < 2; ++twice) {
    const auto reader = read_study_file(home.path());
    REQUIRE(reader.ok());
    CHECK((*reader)->record().study == "{}");
    std::size_t next = 0;
    REQUIRE((*reader)
                ->replay([&](const StoredEvent& stored) {
                  CHECK(stored.event == events.at(next++));
                  return absl::OkStatus();
                })
                .ok());
    CHECK(next == events.size());
  }
}

TEST_CASE("format 1: becomes the present format when it is opened for writing", "[storage]") {
  const TemporaryDirectory home;
  std::vector<Event> events = known_events();
  write_format_one(home.path(), events);
  {
    auto storage = open_study(home.path(), quick());
    INFO(storage.status());
    REQUIRE(storage.ok());
    CHECK((*storage)->record().starts == 1);
    CHECK((*storage)->record().seconds == Seconds{5});
    CHECK(events_of(**storage) == events);
    CHECK(*(*storage)->begin("{}") == 2);
    events.push_back(bred(id(1, 0, 2)));
    REQUIRE((*storage)->append({events.back()}).ok());
    REQUIRE((*storage)->close().ok());
  }
  CHECK(events_of(**open_study(home.path(), quick())) == events);
}

TEST_CASE("format 1: a damaged study is named and left as it was", "[storage]") {
  const TemporaryDirectory home;
  write_format_one(home.path(), known_events());
  const auto [sql, words] = GENERATE(table<const char*, const char*>(
      {{"UPDATE events SET body = zeroblob(length(body)) WHERE seq = 7",
        "event 7 of the study is damaged: its checksum"},
       {"UPDATE events SET counter = 9 WHERE seq = 7", "columns"},
       {"UPDATE events SET kind = 'lost' WHERE seq = 7", "columns"},
       {"DELETE FROM events WHERE seq = 7", "event 7 of the study is damaged: it is missing"},
       {"DELETE FROM events WHERE seq = 2100", "it has 2099 events"}}));
  alter(home.path(), sql);
  for (const absl::Status& status :
       {open_study(home.path(), quick()).status(), replayed(home.path())}) {
    INFO(sql << ": " << status);
    CHECK(absl::IsDataLoss(status));
    CHECK(status.message().find(words) != std::string_view::npos);
  }
  alter(home.path(), "INSERT INTO trials VALUES(1000, 9, 9, 9)");  // the table is still there
}

}  // namespace
}  // namespace evolt
