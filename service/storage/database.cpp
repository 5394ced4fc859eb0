#include "service/storage/database.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <filesystem>

namespace evolt::detail {
namespace {

bool disk_full(sqlite3* connection, int code) {
  if ((code & 0xFF) == SQLITE_FULL) {
    return true;
  }
  if ((code & 0xFF) != SQLITE_IOERR || connection == nullptr) {
    return false;
  }
  const int error = sqlite3_system_errno(connection);
  return error == ENOSPC || error == EDQUOT;
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Database::Closer::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

absl::Status sqlite_status(sqlite3* connection, int code, const std::string& what) {
  std::string text = what + ": ";
  text += connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  if (disk_full(connection, code)) {
    return absl::ResourceExhaustedError(text);
  }
  switch (code & 0xFF) {
    case SQLITE_OK:
      return absl::OkStatus();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return absl::DataLossError(text);
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return absl::PermissionDeniedError(text);
    default:
      return absl::InternalError(text);
  }
}

void Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::bind(int parameter, double value) {
  sqlite3_bind_double(statement_.get(), parameter, value);
}

void Statement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter);
}

absl::StatusOr<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  absl::Status status = sqlite_status(sqlite3_db_handle(statement_.get()), code, "database");
  sqlite3_reset(statement_.get());
  return status;
}

absl::Status Statement::run() {
  const absl::StatusOr<bool> row = step();
  sqlite3_reset(statement_.get());
  return row.status();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::whole(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const unsigned char* const text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text),
                                            static_cast<std::size_t>(size));
}

std::string_view Statement::blob(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

absl::StatusOr<Database> Database::open(const std::string& path, int flags,
                                        const std::string& vfs) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                   vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.connection_.reset(connection);
  if (code != SQLITE_OK) {
    return sqlite_status(connection, code, "cannot open " + path);
  }
  return database;
}

bool Database::moved() {
  int moved = 0;
  return sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
             SQLITE_OK &&
         moved != 0;
}

absl::Status Database::run(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : sqlite_status(connection_.get(), code, "database");
}

absl::StatusOr<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    return sqlite_status(connection_.get(), code, "database");
  }
  return Statement(statement);
}

absl::StatusOr<std::int64_t> Database::whole(std::string_view sql) {
  absl::StatusOr<Statement> statement = prepare(sql);
  if (!statement.ok()) {
    return statement.status();
  }
  const absl::StatusOr<bool> row = statement->step();
  if (!row.ok()) {
    return row.status();
  }
  return *row ? statement->whole(0) : 0;
}

absl::StatusOr<std::string> Database::text(std::string_view sql) {
  absl::StatusOr<Statement> statement = prepare(sql);
  if (!statement.ok()) {
    return statement.status();
  }
  const absl::StatusOr<bool> row = statement->step();
  if (!row.ok()) {
    return row.status();
  }
  return *row ? std::string(statement->text(0)) : std::string();
}

std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      static constexpr char kHex[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 15U];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace evolt::detail
