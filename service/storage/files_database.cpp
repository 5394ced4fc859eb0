#include "service/storage/files_database.hpp"

#include "service/storage/files.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <unistd.h>
#include <zlib.h>

namespace evolt::detail {
namespace {

constexpr int kStored = 0;
constexpr int kDeflated = 1;
constexpr int kWaitForLock = 5000;                        // ms
constexpr std::int64_t kLargest = std::int64_t{1} << 26;  // bytes; what is said to be larger is not

const Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

/// Over the trial, the name and the content, so that a row tells whose it is.
std::int64_t checksum(std::string_view trial, std::string_view name, std::string_view content) {
  uLong sum = ::crc32(0, nullptr, 0);
  for (const std::string_view part : {trial, name, content}) {
    sum = ::crc32_z(sum, bytes_of(part), part.size());
    sum = ::crc32_z(sum, bytes_of(std::string_view("", 1)), 1);
  }
  return static_cast<std::int64_t>(sum);
}

/// Empty where it would not be smaller.
std::string deflated(std::string_view content) {
  uLongf size = ::compressBound(content.size());
  std::string packed(size, '\0');
  const int code = ::compress2(reinterpret_cast<Bytef*>(packed.data()), &size, bytes_of(content),
                               content.size(), Z_DEFAULT_COMPRESSION);
  packed.resize(code == Z_OK && size < content.size() ? size : 0);
  return packed;
}

/// false: it is damaged.
bool inflate(std::string_view packed, std::int64_t size, std::string& content) {
  content.assign(static_cast<std::size_t>(size), '\0');
  auto length = static_cast<uLongf>(size);
  return ::uncompress(reinterpret_cast<Bytef*>(content.data()), &length, bytes_of(packed),
                      packed.size()) == Z_OK &&
         length == content.size();
}

std::string vfs_of(const FilesDatabase::How& how) {
  return how.locks ? how.vfs : "unix-none";
}

}  // namespace

absl::Status FilesDatabase::named(const absl::Status& status) const {
  return status.ok() ? status
                     : absl::Status(status.code(), path_ + ": " + std::string(status.message()));
}

absl::StatusOr<FilesDatabase> FilesDatabase::open(const std::string& path, const How& how) {
  if (absl::Status status = make_private_file(path); !status.ok()) {
    return status;
  }
  absl::StatusOr<Database> database = Database::open(path, SQLITE_OPEN_READWRITE, vfs_of(how));
  if (!database.ok()) {
    return database.status();
  }
  FilesDatabase files(*std::move(database), path);
  sqlite3_busy_timeout(files.database_.get(), kWaitForLock);
  // A rollback journal: readers come and go, on other hosts too, and a log would need memory that
  // they share. EXTRA: that the journal is gone must be on disk before files are removed.
  absl::Status status = files.database_.run("PRAGMA synchronous = EXTRA");
  const absl::StatusOr<std::string> mode = files.database_.text("PRAGMA journal_mode = DELETE");
  status.Update(mode.status());
  const auto tables = files.database_.whole("SELECT count(*) FROM sqlite_schema");
  status.Update(tables.status());
  if (status.ok() && *tables == 0) {
    status = files.make_table();
  }
  if (status.ok()) {
    status = files.check_format();
  }
  if (!status.ok()) {
    return files.named(status);
  }
  return files;
}

absl::StatusOr<FilesDatabase> FilesDatabase::open_for_reading(const std::string& path,
                                                              const How& how, bool recover) {
  if (::access(path.c_str(), F_OK) != 0) {
    return system_error("cannot open " + path, errno);
  }
  absl::StatusOr<Database> database =
      Database::open(path, recover ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, vfs_of(how));
  if (!database.ok()) {
    return database.status();
  }
  FilesDatabase files(*std::move(database), path);
  sqlite3_busy_timeout(files.database_.get(), kWaitForLock);
  if (absl::Status status = files.check_format(); !status.ok()) {
    return files.named(status);
  }
  return files;
}

absl::Status FilesDatabase::make_table() {
  absl::Status status = database_.run(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE files(trial TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,"
      " modified REAL NOT NULL, packing INTEGER NOT NULL, body BLOB NOT NULL,"
      " checksum INTEGER NOT NULL, PRIMARY KEY(trial, name));"
      "PRAGMA user_version = 1;"
      "COMMIT");
  if (!status.ok() && sqlite3_get_autocommit(database_.get()) == 0) {
    database_.run("ROLLBACK").IgnoreError();  // the error that counts is the first one
  }
  return status;
}

absl::Status FilesDatabase::check_format() {
  const absl::StatusOr<std::int64_t> format = database_.whole("PRAGMA user_version");
  if (!format.ok()) {
    return format.status();
  }
  if (*format > kFilesFormat) {
    return absl::FailedPreconditionError("has format " + std::to_string(*format) +
                                         ", this evolt knows format " +
                                         std::to_string(kFilesFormat) + "; use a newer one");
  }
  const auto tables =
      database_.whole("SELECT count(*) FROM sqlite_schema WHERE name = 'files' AND type = 'table'");
  if (!tables.ok()) {
    return tables.status();
  }
  return *format == kFilesFormat && *tables == 1
             ? absl::OkStatus()
             : absl::DataLossError("is no database of trials' files");
}

absl::Status FilesDatabase::insert(const TrialPack& pack) {
  absl::StatusOr<Statement> statement =
      database_.prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!statement.ok()) {
    return statement.status();
  }
  const std::string trial = to_string(pack.trial);
  for (const TrialFile& file : pack.files) {
    const std::string packed = deflated(file.bytes);
    statement->bind(1, std::string_view(trial));
    statement->bind(2, std::string_view(file.name));
    statement->bind(3, static_cast<std::int64_t>(file.bytes.size()));
    statement->bind(4, static_cast<double>(file.stamp.modified) / 1e9);
    statement->bind(5, std::int64_t{packed.empty() ? kStored : kDeflated});
    statement->bind_blob(6, packed.empty() ? file.bytes : packed);
    statement->bind(7, checksum(trial, file.name, file.bytes));
    if (absl::Status status = statement->run(); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status FilesDatabase::put(std::span<const TrialPack> packs) {
  absl::Status status = database_.run("BEGIN IMMEDIATE");
  for (const TrialPack& pack : packs) {
    if (status.ok()) {
      status = insert(pack);
    }
  }
  if (status.ok()) {
    status = database_.run("COMMIT");
  }
  if (!status.ok() && sqlite3_get_autocommit(database_.get()) == 0) {
    database_.run("ROLLBACK").IgnoreError();  // the error that counts is the first one
  }
  return named(status);
}

absl::StatusOr<std::vector<TrialFileEntry>> FilesDatabase::list(const TrialId& trial) {
  absl::StatusOr<Statement> statement =
      database_.prepare("SELECT name, size, modified FROM files WHERE trial = ? ORDER BY name");
  if (!statement.ok()) {
    return named(statement.status());
  }
  const std::string id = to_string(trial);
  statement->bind(1, std::string_view(id));
  std::vector<TrialFileEntry> entries;
  absl::StatusOr<bool> row = statement->step();
  for (; row.ok() && *row; row = statement->step()) {
    entries.push_back({.name = std::string(statement->text(0)),
                       .size = statement->whole(1),
                       .modified = {statement->real(2)},
                       .packed = true});
  }
  if (!row.ok()) {
    return named(row.status());
  }
  return entries;
}

absl::StatusOr<std::string> FilesDatabase::read(const TrialId& trial, std::string_view name) {
  absl::StatusOr<Statement> statement = database_.prepare(
      "SELECT size, packing, body, checksum FROM files WHERE trial = ? AND name = ?");
  if (!statement.ok()) {
    return named(statement.status());
  }
  const std::string id = to_string(trial);
  statement->bind(1, std::string_view(id));
  statement->bind(2, name);
  const absl::StatusOr<bool> row = statement->step();
  if (!row.ok()) {
    return named(row.status());
  }
  const std::string what = std::string(name) + " of trial " + id;
  if (!*row) {
    return absl::NotFoundError(path_ + " has no " + what);
  }
  const std::int64_t size = statement->whole(0);
  const std::int64_t packing = statement->whole(1);
  std::string content(statement->blob(2));
  bool whole = size >= 0 && size <= kLargest && (packing == kStored || packing == kDeflated);
  if (whole && packing == kDeflated) {
    const std::string packed = std::move(content);
    whole = inflate(packed, size, content);
  }
  if (!whole || std::cmp_not_equal(content.size(), size) ||
      checksum(id, name, content) != statement->whole(3)) {
    return absl::DataLossError(path_ + ": " + what + " is damaged");
  }
  return content;
}

}  // namespace evolt::detail
